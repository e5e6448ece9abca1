package dev.freshet.log;

import dev.freshet.event.EventId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The logs of a hub by topic, and the end of those that nobody needs. Guarded by the lock of {@link HubLog}.
 *
 * <p>A log is idle when it retains nothing and nobody follows it; its floor is all that it still knows. One of {@link Floors}
 * is left of a log that was forgotten, so a log that has this very floor is forgotten as soon as it is idle: a new log of
 * the topic would be the same. A name that a client made up is so gone with its stream. A log with another floor waits
 * for the sweep: a newer one raises the floor for all topics that share it; an older one is what lets the log's own
 * clients come back a moment after they were cut off.
 *
 * <p>The sweep passes over all logs, some at each call. A pass begins when its time has come, or when there are twice as
 * many logs as the last one left. It looks at {@value #LOOKS_PER_NEW} logs for each new one, so its end sees at most a
 * quarter more than its beginning, and the idle are never more than a few times as many as the others.
 */
final class Topics {
    private static final int LOOKS = 64;
    private static final int LOOKS_PER_NEW = 4;
    private static final int FEW = 1024;

    /** Of the sweep, in milliseconds. */
    private static final long SHORTEST_PERIOD = 1_000;

    private static final long LONGEST_PERIOD = 60_000;

    private final HubLog owner;
    private final Map<String, TopicLog> byName = new HashMap<>();
    private final List<TopicLog> logs = new ArrayList<>();
    private final Floors floors;
    private final Ends ends;
    private final FleetingTopics fleeting = new FleetingTopics();

    /** Where the sweep goes on, or -1 between two passes. */
    private int place = -1;

    private int fresh;
    private long nextMillis;
    private int nextSize = FEW;

    Topics(HubLog owner, Floors floors, Ends ends, long now) {
        this.owner = owner;
        this.floors = floors;
        this.ends = ends;
        this.nextMillis = now + period();
    }

    /** The log of a topic at this time: a new one where there is none, or the end is over that the last one has. */
    TopicLog log(String topic, long now) {
        TopicLog known = known(topic, now);
        return known == null ? begin(topic) : known;
    }

    private @Nullable TopicLog known(String topic, long now) {
        ends.expire(now);
        TopicLog log = byName.get(topic);
        Ends.End over = log == null ? null : log.end();
        if (log != null && over != null && ends.isOver(over, now)) {
            log.dropAll();
            forget(log);
            return null;
        }
        return log;
    }

    private TopicLog begin(String topic) {
        int slot = floors.slot(topic);
        TopicLog log = new TopicLog(owner, topic, slot, floors.of(slot));
        Ends.End end = ends.find(topic);
        if (end != null) {
            log.restore(end);
        }
        log.place = logs.size();
        logs.add(log);
        byName.put(topic, log);
        fresh++;
        owner.budget().takeForNames(MemoryBudget.bytesOf(topic));
        return log;
    }

    /** The log of a topic that is about to be followed. */
    TopicLog toFollow(String topic, long now) {
        TopicLog known = known(topic, now);
        if (known == null && !owner.budget().hasRoomForNew(topic)) {
            throw new TooManyTopicsException();
        }
        return known == null ? begin(topic) : known;
    }

    void follow(TopicLog log) {
        log.follow();
        count(log);
        owner.watches().followed(log);
    }

    /** It has changed, and may have taken memory: over the bound the oldest segments go, and topics that need no other. */
    void written(TopicLog log) {
        count(log);
        owner.budget().written(log.tail());
        fleeting.written(log);
        evictExcess(log);
    }

    /** @param log that was written and is counted, or null */
    void evictExcess(@Nullable TopicLog log) {
        MemoryBudget budget = owner.budget();
        for (Segment oldest = budget.excess(); oldest != null; oldest = budget.excess()) {
            TopicLog evicted = oldest.log;
            evicted.evictOldestSegment();
            if (evicted != log && evicted.place >= 0) {
                count(evicted);
                if (evicted.isIdle()) {
                    forget(evicted);
                }
            }
        }
    }

    /** Looks for idle topics where others are soon to be refused. */
    void makeRoom(long now) {
        if (owner.budget().isShortOfNames()) {
            beginPass();
            proceed(now, LOOKS);
        }
    }

    /** Has the log's object counted where it belongs. */
    private void count(TopicLog log) {
        boolean isHistory = log.followers() == 0 && log.events() > 0;
        if (isHistory != log.inHistory) {
            long bytes = MemoryBudget.bytesOf(log.topic());
            log.inHistory = isHistory;
            owner.budget().take(isHistory ? bytes : -bytes);
            owner.budget().takeForNames(isHistory ? -bytes : bytes);
        }
    }

    List<TopicLog> all() {
        return logs;
    }

    TopicStats find(String topic, long now) {
        TopicLog log = byName.get(topic);
        Ends.End last = log == null ? null : log.end();
        if (log != null && (last == null || !ends.isOver(last, now))) {
            return new TopicStats(log.state(), log.start(), log.followers());
        }
        Ends.End end = ends.find(topic);
        return end == null || ends.isOver(end, now)
                ? new TopicStats(TopicState.UNKNOWN, null, 0)
                : new TopicStats(TopicState.ENDED, end.start(), 0);
    }

    LogStats stats(long published) {
        return new LogStats(
                logs.size(),
                published,
                logs.stream().mapToLong(TopicLog::events).sum(),
                logs.stream().mapToLong(TopicLog::bytes).sum(),
                owner.budget().held());
    }

    /** The topic's last event has been appended. */
    void end(TopicLog log, EventId last) {
        Ends.End end = new Ends.End(log.start(), last, owner.endTime(last));
        log.end(end);
        ends.add(log.topic(), end);
    }

    /** Where the topic has ended, or null. */
    @Nullable
    EventId endOf(String topic) {
        TopicLog log = byName.get(topic);
        Ends.End end = log == null ? ends.find(topic) : log.end();
        return end == null ? null : end.last();
    }

    /** Returns what the followers of the topic read to its end, or null where there was nothing. */
    @Nullable
    TopicLog remove(String topic, EventId latest) {
        ends.remove(topic);
        TopicLog log = byName.get(topic);
        if (log == null) {
            return null;
        }
        log.dropAll();
        forget(log);
        raiseFloor(log, latest);
        log.remove(latest);
        return log;
    }

    /** A follower leaves. */
    void unfollow(TopicLog log) {
        log.unfollow();
        if (log.place >= 0) { // else it was removed, and one of its name may be another
            owner.watches().followed(log);
        }
        left(log);
    }

    /** Nobody may need it any more. */
    void left(TopicLog log) {
        if (log.place < 0) {
            return;
        }
        count(log);
        if (log.isIdle() && (!log.isResumable() || log.floor().equals(floors.of(log.floorSlot)))) {
            forget(log);
        }
    }

    /** An event of the topic cannot be kept; returns the log whose followers have lagged out, or null. */
    @Nullable
    TopicLog lose(String topic, EventId id) {
        TopicLog log = byName.get(topic);
        if (!owner.retentions().of(topic).isResumable()) {
            return null; // its losses are not told
        }
        if (log == null) {
            floors.raise(floors.slot(topic), id);
            return null;
        }
        log.clear(id);
        count(log);
        return log;
    }

    /** Drops everything that is retained: all is below the floor. */
    void clear(EventId newFloor) {
        for (TopicLog log : logs) {
            log.clear(newFloor);
            count(log);
        }
        floors.raiseAll(newFloor);
    }

    /** Looks at some of the logs where it is time to: expires what is too old, gives memory back, forgets the idle. */
    void sweep(long now) {
        expireFleeting(now);
        int looks = LOOKS + LOOKS_PER_NEW * fresh;
        fresh = 0;
        if (place < 0 && now < nextMillis && logs.size() < nextSize) {
            return;
        }
        beginPass();
        proceed(now, looks);
    }

    boolean hasEnds() {
        return !ends.isEmpty();
    }

    boolean hasFleeting() {
        return !fleeting.isEmpty();
    }

    void expireFleeting(long now) {
        if (!fleeting.isEmpty()) {
            fleeting.expire(now, log -> giveBack(log));
        }
    }

    /** Goes on with a pass, or begins one; returns whether it goes on. */
    boolean pass(long now, int most) {
        beginPass();
        return proceed(now, most);
    }

    private void beginPass() {
        if (place < 0) {
            place = logs.size() - 1;
        }
    }

    private boolean proceed(long now, int most) {
        ends.expire(owner.endTime(null));
        place = Math.min(place, logs.size() - 1);
        for (int looks = most; looks > 0 && place >= 0; looks--, place--) {
            TopicLog log = logs.get(place);
            log.expire(now);
            giveBack(log);
        }
        if (place < 0) {
            nextMillis = now + period();
            nextSize = Math.max(FEW, 2 * logs.size());
        }
        return place >= 0;
    }

    /** What it does not need any more. */
    private void giveBack(TopicLog log) {
        log.release();
        if (log.place >= 0) {
            count(log);
            if (log.isIdle()) {
                forget(log);
            }
        }
    }

    private void forget(TopicLog log) {
        owner.watches().followed(log.topic(), false);
        raiseFloor(log, log.floor());
        long bytes = MemoryBudget.bytesOf(log.topic());
        if (log.inHistory) {
            owner.budget().take(-bytes);
        } else {
            owner.budget().takeForNames(-bytes);
        }
        byName.remove(log.topic());
        TopicLog last = logs.remove(logs.size() - 1);
        if (last != log) {
            logs.set(log.place, last);
            last.place = log.place;
        }
        log.place = -1;
    }

    /** Of a topic that cannot be resumed nobody is told what is gone. */
    private void raiseFloor(TopicLog log, EventId floor) {
        if (log.isResumable()) {
            floors.raise(log.floorSlot, floor);
        }
    }

    /** Of the passes, in milliseconds. */
    long period() {
        return Math.max(
                SHORTEST_PERIOD, Math.min(LONGEST_PERIOD, owner.retentions().shortestMillis() / 8));
    }
}
