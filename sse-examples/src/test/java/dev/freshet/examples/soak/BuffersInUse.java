package dev.freshet.examples.soak;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import io.netty.util.ResourceLeakTracker;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * A count of Netty's buffers that are allocated and not released, whatever chunks the allocator keeps for later ones. It counts what a
 * leak detector tracks, which at its paranoid level is every buffer, and passes all to the detector that was there. Thread-safe.
 */
final class BuffersInUse {
    private static final LongAdder COUNT = new LongAdder();
    private static boolean begun; // guarded by the class

    private BuffersInUse() {}

    /**
     * Begins to count; again, has no effect.
     *
     * @throws IllegalStateException if this JVM has used a buffer before, or its level of leak detection is another
     */
    static synchronized void begin() {
        if (!begun) {
            ResourceLeakDetectorFactory.setResourceLeakDetectorFactory(
                    new CountingFactory(ResourceLeakDetectorFactory.instance()));
            begun = true;
        }
        long before = now();
        ByteBuf buffer = ByteBufAllocator.DEFAULT.directBuffer(1);
        long with = now();
        buffer.release();
        if (with != before + 1 || now() != before) {
            throw new IllegalStateException("buffers in use: " + before + ", with one more " + with + ", without it "
                    + now() + " (expected: a JVM of its own, with io.netty.leakDetection.level=paranoid)");
        }
    }

    static long now() {
        return COUNT.sum();
    }

    private static final class CountingFactory extends ResourceLeakDetectorFactory {
        private final ResourceLeakDetectorFactory others;

        CountingFactory(ResourceLeakDetectorFactory others) {
            this.others = others;
        }

        @Override
        @SuppressWarnings("deprecation") // it is the only abstract method; Netty calls the others
        public <T> ResourceLeakDetector<T> newResourceLeakDetector(
                Class<T> resource, int samplingInterval, long maxActive) {
            return newResourceLeakDetector(resource, samplingInterval);
        }

        @Override
        public <T> ResourceLeakDetector<T> newResourceLeakDetector(Class<T> resource, int samplingInterval) {
            ResourceLeakDetector<T> other = others.newResourceLeakDetector(resource, samplingInterval);
            return ByteBuf.class.isAssignableFrom(resource)
                    ? new CountingDetector<>(resource, samplingInterval, other)
                    : other;
        }
    }

    private static final class CountingDetector<T> extends ResourceLeakDetector<T> {
        private final ResourceLeakDetector<T> other;

        CountingDetector(Class<T> resource, int samplingInterval, ResourceLeakDetector<T> other) {
            super(resource, samplingInterval);
            this.other = other;
        }

        @Override
        public @Nullable ResourceLeakTracker<T> track(T resource) {
            return counted(other.track(resource));
        }

        @Override
        public @Nullable ResourceLeakTracker<T> trackForcibly(T resource) {
            return counted(other.trackForcibly(resource));
        }

        private @Nullable ResourceLeakTracker<T> counted(@Nullable ResourceLeakTracker<T> tracker) {
            if (tracker == null) {
                return null;
            }
            COUNT.increment();
            return new CountedTracker<>(tracker);
        }

        @Override
        public boolean isRecordEnabled() {
            return other.isRecordEnabled();
        }
    }

    private static final class CountedTracker<T> implements ResourceLeakTracker<T> {
        private final ResourceLeakTracker<T> other;

        CountedTracker(ResourceLeakTracker<T> other) {
            this.other = other;
        }

        @Override
        public void record() {
            other.record();
        }

        @Override
        public void record(Object hint) {
            other.record(hint);
        }

        @Override
        public boolean close(T resource) {
            boolean closed = other.close(resource);
            if (closed) {
                COUNT.decrement();
            }
            return closed;
        }

        @Override
        public @Nullable Throwable getCloseStackTraceIfAny() {
            return other.getCloseStackTraceIfAny();
        }

        @Override
        public String toString() {
            return other.toString();
        }
    }
}
