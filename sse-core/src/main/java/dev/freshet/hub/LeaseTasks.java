package dev.freshet.hub;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** The tasks of {@link TopicLeases}. At most one of a hub is queued or runs at a time, because a store may block it. Thread-safe. */
final class LeaseTasks {
    private final Runnable check;
    private final Consumer<List<DueTopics.Open>> renewal;
    private final Executor executor;
    // Guarded by this object.
    private final Set<DueTopics.Open> toRenew = new LinkedHashSet<>();
    private boolean isCheckDue;
    private boolean isRunning;

    LeaseTasks(Runnable check, Consumer<List<DueTopics.Open>> renewal) {
        this(check, renewal, HubThreads.BLOCKING);
    }

    LeaseTasks(Runnable check, Consumer<List<DueTopics.Open>> renewal, Executor executor) {
        this.check = check;
        this.renewal = renewal;
        this.executor = executor;
    }

    /** Runs a check soon; one that is asked for while a task runs follows it. */
    synchronized void check() {
        isCheckDue = true;
        begin();
    }

    /** Renews topics soon, before a check. */
    synchronized void renew(List<DueTopics.Open> topics) {
        toRenew.addAll(topics);
        begin();
    }

    private void begin() {
        if (!isRunning) {
            executor.execute(this::run);
            isRunning = true;
        }
    }

    private void run() {
        boolean hasCheck;
        List<DueTopics.Open> renewed;
        synchronized (this) {
            hasCheck = isCheckDue;
            isCheckDue = false;
            renewed = new ArrayList<>(toRenew);
            toRenew.clear();
        }
        try {
            if (!renewed.isEmpty()) {
                renewal.accept(renewed);
            }
        } finally {
            checkAndEnd(hasCheck);
        }
    }

    private void checkAndEnd(boolean hasCheck) {
        try {
            if (hasCheck) {
                check.run();
            }
        } finally {
            over();
        }
    }

    private synchronized void over() {
        isRunning = false;
        if (isCheckDue || !toRenew.isEmpty()) {
            begin();
        }
    }
}
