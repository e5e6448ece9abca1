package dev.freshet.examples;

import dev.freshet.examples.load.Scenario;
import java.util.Arrays;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a scenario's name in lower case. */
final class Scenarios implements ITypeConverter<Scenario> {

    @Override
    public Scenario convert(String text) {
        return Arrays.stream(Scenario.values())
                .filter(scenario -> scenario.toString().equals(text))
                .findFirst()
                .orElseThrow(() -> new TypeConversionException("'" + text + "' (expected: "
                        + String.join(
                                ", ",
                                Arrays.stream(Scenario.values())
                                        .map(Scenario::toString)
                                        .toList())
                        + ")"));
    }
}
