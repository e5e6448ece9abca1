package dev.freshet.examples;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A converter of durations as users write them: {@code 90} in the unit of the option, {@code 500ms}, {@code 10m},
 * {@code PT10M}.
 */
final class Durations implements ITypeConverter<Duration> {

    private static final Map<String, ChronoUnit> UNITS = Map.of(
            "ms", ChronoUnit.MILLIS,
            "s", ChronoUnit.SECONDS,
            "m", ChronoUnit.MINUTES,
            "h", ChronoUnit.HOURS,
            "d", ChronoUnit.DAYS);
    private static final Pattern NUMBER_AND_UNIT = Pattern.compile("(\\d{1,15})(ms|s|m|h|d|)");

    /** Reads a bare number as seconds. */
    @Override
    public Duration convert(String text) {
        return parse(text, ChronoUnit.SECONDS);
    }

    static Duration parse(String text, ChronoUnit unit) {
        Matcher number = NUMBER_AND_UNIT.matcher(text);
        try {
            Duration duration = number.matches()
                    ? Duration.of(Long.parseLong(number.group(1)), UNITS.getOrDefault(number.group(2), unit))
                    : Duration.parse(text);
            if (duration.isNegative()) {
                throw new DateTimeException("negative");
            }
            return duration;
        } catch (DateTimeException | ArithmeticException e) {
            throw new TypeConversionException("'" + text + "' (expected: a number of "
                    + unit.toString().toLowerCase(Locale.ROOT) + ", or a duration such as 500ms, 10m or PT10M)");
        }
    }

    /** Reads a bare number as milliseconds. */
    static final class Millis implements ITypeConverter<Duration> {

        @Override
        public Duration convert(String text) {
            return parse(text, ChronoUnit.MILLIS);
        }
    }
}
