package dev.freshet.netty.redis;

import org.jspecify.annotations.Nullable;

/** The one thread that uses an object: the first one that asserts that it is. Not thread-safe. */
final class OwnThread {
    private @Nullable Thread thread;

    /** Returns whether no other thread has called this before. */
    boolean isCurrent() {
        if (thread == null) {
            thread = Thread.currentThread();
        }
        return thread == Thread.currentThread();
    }
}
