package dev.freshet.examples.load;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The options for the output of a run. */
final class ReportOptions {

    @Spec(Target.MIXEE)
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(
            names = "--json",
            paramLabel = "FILE",
            description = "Where to write the report as JSON; - for standard output.")
    private @Nullable String json;

    /**
     * Writes the result of a run.
     *
     * @param text the text
     * @param report written as JSON
     */
    void tell(String text, Object report) {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        (isPiped() ? err : out).print(text);
        out.flush();
        err.flush();
        if (json != null) {
            String lines = JsonMapper.builder()
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .build()
                    .writeValueAsString(report);
            if (isPiped()) {
                out.println(lines);
            } else {
                write(Path.of(json), lines + "\n");
            }
        }
        out.flush();
    }

    private boolean isPiped() {
        return "-".equals(json);
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException("json: " + file + " cannot be written: " + e.getMessage(), e);
        }
    }
}
