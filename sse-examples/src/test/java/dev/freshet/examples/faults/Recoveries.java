package dev.freshet.examples.faults;

import java.util.List;

/**
 * How often each client of a run had received events again after an end of its stream.
 *
 * @param counts by client
 */
record Recoveries(List<Integer> counts) {
    /** Returns those so far. */
    static Recoveries of(FaultRun run) {
        return new Recoveries(
                run.clients().stream().map(client -> client.recoveries().size()).toList());
    }

    /** Waits until the stream of each client has ended since, and events have come again. */
    void awaitOneMoreOfEach(FaultRun run) {
        run.await("the stream of each client has ended, and went on", () -> {
            List<Integer> now = of(run).counts();
            for (int i = 0; i < counts.size(); i++) {
                if (now.get(i) <= counts.get(i)) {
                    return false;
                }
            }
            return true;
        });
    }
}
