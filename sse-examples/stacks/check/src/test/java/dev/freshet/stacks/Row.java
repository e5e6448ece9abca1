package dev.freshet.stacks;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A row of the table: what a stack has shown. Not thread-safe. */
final class Row {
    /** What is to be shown. */
    interface Cell {
        void show() throws Exception;
    }

    private final List<String> cells = new ArrayList<>();
    private @Nullable Throwable failure;

    Row(String... first) {
        cells.addAll(List.of(first));
    }

    /** Adds a cell; where one has failed, those behind it are not tried. */
    Row cell(Cell cell) {
        if (failure != null) {
            cells.add("-");
            return this;
        }
        try {
            cell.show();
            cells.add("yes");
        } catch (Exception | AssertionError e) {
            cells.add("no");
            failure = e;
        }
        return this;
    }

    /** The first failure, or null. */
    @Nullable
    Throwable failure() {
        return failure;
    }

    @Override
    public String toString() {
        return "| " + String.join(" | ", cells) + " |";
    }
}
