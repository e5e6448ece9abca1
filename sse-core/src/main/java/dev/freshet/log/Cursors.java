package dev.freshet.log;

import dev.freshet.event.EventId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Places the cursors of a hub's readers, moves those that have lagged, and ends them. Takes the lock of {@link HubLog}. */
final class Cursors {
    private final HubLog owner;
    private final IdSequence ids;
    private final Topics topics;
    private final Snapshots snapshots;

    Cursors(HubLog owner, IdSequence ids, Topics topics, Snapshots snapshots) {
        this.owner = owner;
        this.ids = ids;
        this.topics = topics;
        this.snapshots = snapshots;
    }

    /** As {@link HubLog#open}; null where the place is none, and nothing has begun then. */
    @Nullable
    Start open(Collection<String> names, Function<Resume, @Nullable Start> place, StartRequest request) {
        if (names.isEmpty()) {
            throw new IllegalArgumentException("topics: none (expected: at least one)");
        }
        List<TopicLog> followed = new ArrayList<>(names.size());
        owner.lock.lock();
        try {
            owner.requireOpen();
            long uptime = owner.time().uptime();
            long ends = owner.endTime();
            topics.makeRoom(uptime);
            long known = 0;
            for (String name : names.size() == 1 ? names : new LinkedHashSet<>(names)) {
                TopicLog log = topics.toFollow(name, ends);
                followed.add(log);
                log.expire(uptime);
                known += log.inHistory ? MemoryBudget.bytesOf(name) : 0;
            }
            if (known > 0 && !owner.budget().hasRoomForKnown(known)) {
                throw new TooManyTopicsException();
            }
            Start start = place.apply(new Resume(owner, ids, followed, request));
            if (start != null) {
                followed.forEach(topics::follow); // last: an open that fails follows nothing
                followed.clear();
            }
            topics.sweep(uptime);
            snapshots.expire(uptime);
            return start;
        } finally {
            followed.forEach(topics::left);
            owner.lock.unlock();
            names.forEach(owner.watches::tell);
        }
    }

    Reset skip(Cursor cursor, EventId last) {
        return owner.underLock(() -> {
            cursor.moveTo(last);
            return Resume.reset(owner, Reset.Reason.LAGGED, last.toString(), cursor.logs(), last);
        });
    }

    void close(Cursor cursor) {
        owner.locked(() -> {
            if (cursor.closeOnce()) {
                cursor.logs().forEach(topics::unfollow);
            }
        });
        cursor.logs().forEach(log -> owner.watches.tell(log.topic()));
    }
}
