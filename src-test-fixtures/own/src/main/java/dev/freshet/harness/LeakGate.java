package dev.freshet.harness;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A JUnit extension that fails a test class in which a Netty buffer was garbage-collected without being released. The
 * service loader registers it for every class. If Netty has created no leak detector, because no class of its buffers
 * was used, it does nothing. Thread-safe.
 */
public final class LeakGate implements BeforeAllCallback, AfterAllCallback {

    private static final Queue<String> REPORTS = new ConcurrentLinkedQueue<>();
    private static final AtomicBoolean NETTY_USED = new AtomicBoolean();

    static {
        ResourceLeakDetectorFactory.setResourceLeakDetectorFactory(new CollectingFactory());
    }

    /** Creates the extension; called by JUnit. */
    public LeakGate() {}

    /**
     * Loads this class, which sets the factory of leak detectors before the class under test creates its first buffer.
     */
    @Override
    public void beforeAll(ExtensionContext context) {}

    /** Fails the class if a leak was reported while it ran. */
    @Override
    public void afterAll(ExtensionContext context) {
        if (context.getTestClass().map(c -> c.getEnclosingClass() != null).orElse(true)) {
            return; // nested classes are checked together with the class that contains them
        }
        List<String> leaks = drain();
        if (!leaks.isEmpty()) {
            throw new AssertionError(leaks.size() + " leaked buffers in " + context.getDisplayName() + ":\n"
                    + String.join("\n\n", leaks));
        }
    }

    /** Returns the leaks reported since the last call, after a garbage collection. */
    public static List<String> drain() {
        List<String> leaks = new ArrayList<>();
        if (!NETTY_USED.get()) {
            return leaks;
        }
        for (int i = 0; i < 3; i++) {
            collectGarbage();
            // A detector reports a collected buffer when it tracks the next one.
            for (int j = 0; j < 4; j++) {
                ByteBuf pooled = PooledByteBufAllocator.DEFAULT.directBuffer(16);
                pooled.release();
            }
        }
        for (String leak = REPORTS.poll(); leak != null; leak = REPORTS.poll()) {
            leaks.add(leak);
        }
        return leaks;
    }

    private static void collectGarbage() {
        ReferenceQueue<Object> dead = new ReferenceQueue<>();
        WeakReference<Object> canary = new WeakReference<>(new Object(), dead);
        System.gc();
        try {
            dead.remove(100); // a thread of the JVM enqueues this reference together with those of the detector
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            Reference.reachabilityFence(canary);
        }
    }

    private static final class CollectingFactory extends ResourceLeakDetectorFactory {

        @Override
        @SuppressWarnings("deprecation") // it is the only abstract method; Netty calls the others
        public <T> ResourceLeakDetector<T> newResourceLeakDetector(
                Class<T> resource, int samplingInterval, long maxActive) {
            return newResourceLeakDetector(resource, samplingInterval);
        }

        @Override
        public <T> ResourceLeakDetector<T> newResourceLeakDetector(Class<T> resource, int samplingInterval) {
            NETTY_USED.set(true);
            return new CollectingDetector<>(resource, samplingInterval);
        }
    }

    private static final class CollectingDetector<T> extends ResourceLeakDetector<T> {

        CollectingDetector(Class<T> resource, int samplingInterval) {
            super(resource, samplingInterval);
        }

        @Override
        protected boolean needReport() {
            return true;
        }

        @Override
        protected void reportTracedLeak(String resourceType, String records) {
            REPORTS.add(resourceType + records);
        }

        @Override
        protected void reportUntracedLeak(String resourceType) {
            REPORTS.add(resourceType + " (no records)");
        }
    }
}
