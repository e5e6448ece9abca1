package dev.freshet.netty.redis;

import org.jspecify.annotations.Nullable;

/**
 * The number of entries that a tail has not delivered yet, by the latest check of the stream. Redis counts the entries
 * that were ever added, so the number is the difference between that count and the count up to the last entry that was
 * read. The latter is wrong after entries that the tail has not read are deleted, those that it has read are lost, or
 * the stream is replaced. It is right again once the tail has read the newest entry of a check. Confined to the tail's
 * thread, except for {@link #count}.
 */
final class UnreadEntries {
    private final OwnThread own = new OwnThread();
    private StreamId newest = StreamId.NONE;
    /** The newest id of the latest check of which the tail has read all that is there. */
    private @Nullable StreamId reached;
    /** The number of entries that had been added to the stream by the latest check. */
    private long added;
    /** The number of entries that had been added by the last one that was delivered. */
    private long passed;
    /** The number of entries that are received and not delivered yet. */
    private int received;

    private volatile long count;

    /**
     * Records what a check has found.
     *
     * @param isNewestRead whether the tail has read the newest entry
     */
    void checked(PositionCheck.Result found, boolean isNewestRead) {
        assert own.isCurrent();
        newest = found.newest();
        if (isNewestRead) {
            reached = newest;
        }
        added = found.added();
        received = 0;
        long trimmed = added - found.length();
        if (isCheckedRead()) { // or it is deleted
            passed = added;
        } else {
            passed = passed < added ? Math.max(trimmed, passed) : trimmed; // else it is another stream
        }
        update();
    }

    /** Records that a reply has come with a number of entries, which are to be delivered. */
    void received(int entries) {
        assert own.isCurrent();
        received = entries;
        update();
    }

    /** Records that one of them is delivered. */
    void delivered() {
        assert own.isCurrent();
        passed++;
        received--;
        update();
    }

    /** Returns whether the tail has read all entries of the latest check. */
    boolean isCheckedRead() {
        assert own.isCurrent();
        return newest.equals(reached);
    }

    /** Records that the tail has read all entries of the latest check; the last of them is delivered. */
    void reachedChecked() {
        assert own.isCurrent();
        if (!isCheckedRead()) {
            reached = newest;
            passed = added;
            update();
        }
    }

    private void update() {
        count = Math.max(received, added - passed);
    }

    /** Returns the number of entries that are not delivered yet. Thread-safe. */
    long count() {
        return count;
    }
}
