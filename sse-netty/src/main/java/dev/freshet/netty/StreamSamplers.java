package dev.freshet.netty;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** The samplers of one handler. Thread-safe. */
final class StreamSamplers {
    private final List<SseSampler> all = new CopyOnWriteArrayList<>();

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
            try {
                sample.accept(sampler);
            } catch (Throwable e) {
                Log.warn("sampler failed", e);
            }
        }
    }
}
