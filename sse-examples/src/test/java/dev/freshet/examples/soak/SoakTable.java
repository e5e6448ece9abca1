package dev.freshet.examples.soak;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The row of a soak, whether it went well or not, with what went wrong in lines below it. For one thread. */
final class SoakTable {
    private final Map<String, Object> cells = new LinkedHashMap<>();
    private final SoakCounts counts;
    private final List<Footprint> footprints;

    /**
     * Creates a row.
     *
     * @param footprints at the beginning, on the way and at the end, as far as it came
     */
    SoakTable(String name, Duration time, SoakCounts counts, List<Footprint> footprints) {
        this.counts = counts;
        this.footprints = footprints;
        cells.put("soak", name);
        cells.put("minutes", time.toMinutes());
        cells.put("opened", counts.opened);
        cells.put("cuts", counts.cuts);
        cells.put("lagged out", counts.laggedOut);
        cells.put("published", counts.published);
        cells.put("delivered", counts.delivered);
        cells.put("answers", counts.answers);
        cells.put("told reset", counts.resets);
        cells.put("unknown ids", counts.unknownIds);
        cells.put("heap KiB", series(each -> each.heap() / 1024));
        cells.put("direct KiB", series(each -> each.direct() / 1024));
        cells.put("buffers in use", series(each -> each.handles().buffers()));
        cells.put("descriptors", series(each -> each.handles().descriptors()));
        cells.put("threads", series(each -> each.handles().threads().size()));
        cells.put("of generations", series(each -> each.handles().generationThreads()));
        cells.put("faults", counts.faults().size());
    }

    private String series(Function<Footprint, Object> of) {
        return footprints.stream().map(of).map(Object::toString).collect(Collectors.joining(" > "));
    }

    /** Returns the table, which ends with a line separator. */
    @Override
    public String toString() {
        StringBuilder heads = new StringBuilder();
        StringBuilder values = new StringBuilder();
        cells.forEach((head, value) -> {
            String width = "%" + Math.max(head.length(), value.toString().length()) + "s  ";
            heads.append(String.format(width, head));
            values.append(String.format(width, value));
        });
        StringBuilder text = new StringBuilder();
        text.append(heads).append(System.lineSeparator()).append(values).append(System.lineSeparator());
        counts.faults().forEach(fault -> text.append(fault).append(System.lineSeparator()));
        return text.toString();
    }
}
