package dev.freshet.drivers;

import java.io.PrintStream;

/** The writer of the lines that report what happens. Thread-safe. */
final class Told {
    private final PrintStream out;

    Told(PrintStream out) {
        this.out = out;
    }

    /** Writes an event; parts that the client does not report are null. */
    void event(String stream, String type, String id, String data) {
        line("event", stream, type, id, data);
    }

    void error(String stream, Throwable error) {
        line("error", stream, String.valueOf(error));
    }

    private void line(String... fields) {
        StringBuilder line = new StringBuilder();
        for (String field : fields) {
            line.append(line.isEmpty() ? "" : "\t").append(field == null ? "" : field.replaceAll("[\t\r\n]", " "));
        }
        synchronized (out) {
            out.append(line).append('\n').flush();
        }
    }
}
