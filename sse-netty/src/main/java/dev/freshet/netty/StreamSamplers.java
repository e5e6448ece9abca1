package dev.freshet.netty;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** The samplers of one handler, whose calls on event loops are timed. Thread-safe. */
final class StreamSamplers {
    private final List<SseSampler> all = new CopyOnWriteArrayList<>();

    private final EventLoopHoldWatch holds;

    StreamSamplers(EventLoopHoldWatch holds) {
        this.holds = holds;
    }

    void add(SseSampler sampler) {
        all.add(sampler);
    }

    void remove(SseSampler sampler) {
        all.remove(sampler);
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    void forEach(Consumer<SseSampler> sample) {
        for (SseSampler sampler : all) {
            long began = holds.begin();
            try {
                sample.accept(sampler);
            } catch (Throwable e) {
                Log.warn("sampler failed", e);
            } finally {
                holds.end(began, "sampler", sampler.getClass().getName());
            }
        }
    }
}
