package dev.freshet.netty;

import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Has JMH run the benches on threads like those of Netty's event loops: on others Netty recycles less of what it
 * allocates. Thread-safe.
 */
public final class NettyThreads extends ThreadPoolExecutor {
    /** The argument of a fork's JVM that asks for such threads. */
    static final String CUSTOM = "-Djmh.executor=CUSTOM";

    /** The argument that names this class. */
    static final String CLASS = "-Djmh.executor.class=dev.freshet.netty.NettyThreads";

    /** JMH makes it. */
    public NettyThreads(int threads, String prefix) {
        super(threads, threads, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), new DefaultThreadFactory(prefix));
    }
}
