package dev.freshet.examples.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The table of all faults of a run of tests, as a JUnit extension of each class that adds a row. It prints the table
 * after the last test. Thread-safe.
 */
final class FaultTable implements BeforeAllCallback {
    private static final Path FILE = Path.of("target", "faults.txt");
    private static final List<FaultRow> FAULTS = new ArrayList<>(); // guarded by the class, as the next one
    private static final List<FaultRow> SABOTAGE = new ArrayList<>();

    /** Adds a row of a fault, after which all should be whole. */
    static synchronized FaultRow add(FaultRow row) {
        FAULTS.add(row);
        write();
        return row;
    }

    /** Adds a row of something that was broken on purpose, which the row should show. */
    static synchronized FaultRow addSabotage(FaultRow row) {
        SABOTAGE.add(row);
        write();
        return row;
    }

    private static void write() {
        try {
            Files.writeString(FILE, text());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static synchronized String text() {
        return section("Faults: nothing may be lost silently, doubled, out of order or altered.", FAULTS)
                + section("Sabotage: what was broken on purpose must show.", SABOTAGE);
    }

    private static String section(String title, List<FaultRow> rows) {
        if (rows.isEmpty()) {
            return "";
        }
        List<String[]> lines = new ArrayList<>(List.<String[]>of(FaultRow.COLUMNS));
        rows.forEach(row -> lines.add(row.cells()));
        int[] widths = new int[FaultRow.COLUMNS.length];
        for (String[] line : lines) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], line[i].length());
            }
        }
        StringBuilder text = new StringBuilder(title).append(System.lineSeparator());
        for (String[] line : lines) {
            for (int i = 0; i < widths.length; i++) {
                text.append(("%" + (i == 0 ? "-" : "") + widths[i] + "s  ").formatted(line[i]));
            }
            text.append(System.lineSeparator());
        }
        return text.append(System.lineSeparator()).toString();
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        context.getRoot()
                .getStore(ExtensionContext.Namespace.create(FaultTable.class))
                .getOrComputeIfAbsent(FaultTable.class, key -> new Printing());
    }

    private static final class Printing implements AutoCloseable {
        @Override
        public void close() {
            System.out.print(text());
        }
    }
}
