package dev.freshet.examples;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Converters of durations as users write them: {@code 90} in the unit of the option, {@code 500ms}, {@code 10m}, {@code
 * PT10M}.
 */
final class Durations {

    private static final Pattern NUMBER_AND_UNIT = Pattern.compile("(\\d{1,15})(ms|s|m|h|d)?");

    private Durations() {}

    static Duration parse(String text, ChronoUnit unit) {
        Matcher matcher = NUMBER_AND_UNIT.matcher(text);
        try {
            if (matcher.matches()) {
                return Duration.of(Long.parseLong(matcher.group(1)), unit(matcher.group(2), unit));
            }
            if (text.toUpperCase(Locale.ROOT).startsWith("P")) {
                return Duration.parse(text);
            }
        } catch (RuntimeException e) {
            throw refused(text, unit);
        }
        throw refused(text, unit);
    }

    private static ChronoUnit unit(@Nullable String suffix, ChronoUnit otherwise) {
        if (suffix == null) {
            return otherwise;
        }
        return switch (suffix) {
            case "ms" -> ChronoUnit.MILLIS;
            case "s" -> ChronoUnit.SECONDS;
            case "m" -> ChronoUnit.MINUTES;
            case "h" -> ChronoUnit.HOURS;
            default -> ChronoUnit.DAYS;
        };
    }

    private static TypeConversionException refused(String text, ChronoUnit unit) {
        return new TypeConversionException("'" + text + "' (expected: a number of "
                + unit.toString().toLowerCase(Locale.ROOT) + ", or a duration such as 500ms, 10m or PT10M)");
    }

    /** Reads a bare number as seconds. */
    static final class Seconds implements ITypeConverter<Duration> {

        @Override
        public Duration convert(String text) {
            return parse(text, ChronoUnit.SECONDS);
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
