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
 * for the sweep: a newer one raises the floor for all topics that share it; an older one lets its own clients come back.
 */
final class Topics {
    private final LogState state;
    private final FollowerWatches watches;
    private final Map<String, TopicLog> byName = new HashMap<>();
    private final List<TopicLog> logs = new ArrayList<>();
    private final Floors floors;
    private final Ends ends;
    private final FleetingTopics fleeting = new FleetingTopics();
    private final TopicsPass pass;

    Topics(LogState state, FollowerWatches watches, Floors floors, Ends ends, long now) {
        this.state = state;
        this.watches = watches;
        this.floors = floors;
        this.ends = ends;
        this.pass = new TopicsPass(state, this, now);
    }

    /** The log of a topic at this time: a new one where there is none, or the end is over that the last one has. */
    TopicLog log(String topic, long now) {
        TopicLog known = known(topic, now);
        return known == null ? begin(topic, now) : known;
    }

    private @Nullable TopicLog known(String topic, long now) {
        TopicLog log = byName.get(topic);
        TopicEnd over = log == null ? null : log.life().end();
        if (log != null && over != null && ends.isOver(over, now)) {
            log.dropAll();
            forget(log);
            return null;
        }
        return log;
    }

    private TopicLog begin(String topic, long now) {
        int slot = floors.slot(topic);
        TopicLog log = new TopicLog(state, topic, slot, floors.of(slot));
        TopicEnd end = ends.find(topic);
        if (end != null && !ends.isOver(end, now)) {
            log.restore(end);
        }
        log.place = logs.size();
        logs.add(log);
        byName.put(topic, log);
        pass.begun();
        state.budget().takeForNames(MemoryBudget.bytesOf(topic));
        return log;
    }

    /** The log of a topic that is about to be followed. */
    TopicLog toFollow(String topic, long now) {
        TopicLog known = known(topic, now);
        if (known == null && !state.budget().hasRoomForNew(topic)) {
            throw new TooManyTopicsException();
        }
        return known == null ? begin(topic, now) : known;
    }

    void follow(TopicLog log) {
        log.follow();
        count(log);
        watches.followed(log);
    }

    /** It has changed, and may have taken memory: over the bound the oldest segments go, and topics that need no other. */
    void written(TopicLog log) {
        count(log);
        state.segments().written(log.tail());
        fleeting.written(log);
        evictExcess(log);
    }

    /** @param log that was written and is counted, or null */
    void evictExcess(@Nullable TopicLog log) {
        SegmentsByAge segments = state.segments();
        for (Segment oldest = segments.excess(); oldest != null; oldest = segments.excess()) {
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
        if (state.budget().isShortOfNames()) {
            pass.proceedForRoom(now);
        }
    }

    /** Has the log's object counted where it belongs. */
    private void count(TopicLog log) {
        boolean isHistory = log.followers() == 0 && log.events() > 0;
        if (isHistory != log.inHistory) {
            long bytes = MemoryBudget.bytesOf(log.topic());
            log.inHistory = isHistory;
            state.budget().take(isHistory ? bytes : -bytes);
            state.budget().takeForNames(isHistory ? -bytes : bytes);
        }
    }

    List<TopicLog> all() {
        return logs;
    }

    TopicStats find(String topic, long now) {
        TopicLog log = byName.get(topic);
        TopicEnd last = log == null ? null : log.life().end();
        if (log != null && (last == null || !ends.isOver(last, now))) {
            return new TopicStats(log.life().state(), log.life().start(), log.followers());
        }
        TopicEnd end = ends.find(topic);
        return end == null || ends.isOver(end, now)
                ? new TopicStats(TopicState.UNKNOWN, null, 0)
                : new TopicStats(TopicState.ENDED, end.start(), 0);
    }

    @Nullable
    TopicLog known(String topic) {
        return byName.get(topic);
    }

    /** The topic's last event has been appended. */
    void end(TopicLog log, EventId last) {
        TopicEnd end = new TopicEnd(log.life().start(), last, state.endTime());
        log.life().end(end);
        endedBefore(log.topic(), end);
    }

    void endedBefore(String topic, TopicEnd end) {
        ends.add(topic, end);
    }

    /** Where the topic has ended, or null. */
    @Nullable
    EventId endOf(String topic, long now) {
        TopicLog log = byName.get(topic);
        TopicEnd end = log == null ? ends.find(topic) : log.life().end();
        return end == null || log == null && ends.isOver(end, now) ? null : end.last();
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
        log.life().remove(latest);
        return log;
    }

    /** A follower leaves. */
    void unfollow(TopicLog log) {
        log.unfollow();
        if (log.place >= 0) { // else it was removed, and one of its name may be another
            watches.followed(log);
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
        if (!state.retentions().of(topic).isResumable()) {
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
        pass.proceedIfDue(now);
    }

    TopicsPass pass() {
        return pass;
    }

    void expireEnds() {
        ends.expire(state.endTime());
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

    /** Drops what is too old in a log. */
    void expire(TopicLog log, long now) {
        log.expire(now);
        giveBack(log);
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
        watches.followed(log.topic(), false);
        raiseFloor(log, log.floor());
        long bytes = MemoryBudget.bytesOf(log.topic());
        if (log.inHistory) {
            state.budget().take(-bytes);
        } else {
            state.budget().takeForNames(-bytes);
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
}
