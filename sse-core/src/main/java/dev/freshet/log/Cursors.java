package dev.freshet.log;

import dev.freshet.event.EventId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.function.Function;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** The cursors of a hub's readers: opens, skips and closes them. Takes the lock of {@link HubLog}. */
final class Cursors implements Cursor.Owner {
    private final LogState state;
    private final Topics topics;
    private final FollowerWatches watches;
    private final LongConsumer expiry;

    /** @param expiry called under the lock with the uptime: drops what is too old */
    Cursors(LogState state, Topics topics, FollowerWatches watches, LongConsumer expiry) {
        this.state = state;
        this.topics = topics;
        this.watches = watches;
        this.expiry = expiry;
    }

    @Override
    public EventId latest() {
        return state.latest();
    }

    @Override
    public boolean isClosed() {
        return state.isClosed();
    }

    /**
     * Opens a cursor as {@link HubLog#open} does.
     *
     * @param search returns the start, or null for none; called under the lock
     * @return null if {@code search} returned null; nothing is followed then
     */
    @Nullable
    Start open(Collection<String> names, Function<Resume, @Nullable Start> search, StartRequest request) {
        if (names.isEmpty()) {
            throw new IllegalArgumentException("topics: none (expected: at least one)");
        }
        List<TopicLog> followed = new ArrayList<>(names.size());
        state.lock();
        try {
            state.requireOpen();
            long uptime = state.time().uptime();
            long ends = state.endTime();
            topics.forgetIdleIfShort(uptime);
            long known = 0;
            for (String name : names.size() == 1 ? names : new LinkedHashSet<>(names)) {
                TopicLog log = topics.toFollow(name, ends);
                followed.add(log);
                log.expire(uptime);
                known += log.inHistory ? MemoryBudget.bytesOf(name) : 0;
            }
            if (known > 0 && !state.budget().hasRoomForKnown(known)) {
                throw new TooManyTopicsException();
            }
            Start start = search.apply(new Resume(state, this, followed, request));
            if (start != null) {
                followed.forEach(topics::follow); // last: an open that fails follows nothing
                followed.clear();
            }
            expiry.accept(uptime);
            return start;
        } finally {
            followed.forEach(topics::left);
            state.unlock();
            names.forEach(watches::tell);
        }
    }

    @Override
    public Reset skip(Cursor cursor, EventId last) {
        return state.underLock(() -> {
            cursor.moveTo(last);
            return Resume.reset(this, Reset.Reason.LAGGED, last.toString(), cursor.logs(), last);
        });
    }

    @Override
    public void close(Cursor cursor) {
        state.locked(() -> {
            if (cursor.closeOnce()) {
                cursor.logs().forEach(topics::unfollow);
            }
        });
        cursor.logs().forEach(log -> watches.tell(log.topic()));
    }
}
