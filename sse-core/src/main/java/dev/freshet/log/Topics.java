package dev.freshet.log;

import dev.freshet.event.EventId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The logs of a hub by topic. Guarded by the lock of {@link HubLog}.
 *
 * <p>A log is idle when it retains nothing and is not followed; its floor is then all that it holds. When a log is
 * forgotten, its floor goes into the slot of {@link Floors} that its topic shares with others. A log whose floor is
 * that of its slot is forgotten as soon as it is idle, because a new log of the topic would be the same: a topic that a
 * client made up is forgotten with its stream. A log with another floor is kept until the sweep. A newer floor would
 * raise that of all topics of the slot; with an older one its clients can resume.
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

    /** Returns the log of a topic: a new one if there is none, or if the end of the last one is kept no longer. */
    TopicLog log(String topic, long now) {
        assert state.isLocked();
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
        log.index = logs.size();
        logs.add(log);
        byName.put(topic, log);
        pass.begun();
        state.budget().takeForNames(MemoryBudget.bytesOf(topic));
        return log;
    }

    /** Returns the log of a topic that is about to be followed; throws if it is new and there is no room for it. */
    TopicLog toFollow(String topic, long now) {
        assert state.isLocked();
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

    /** Counts a log that was written to, and evicts what is over the bound. */
    void written(TopicLog log) {
        assert state.isLocked();
        count(log);
        state.segments().written(log.tail());
        fleeting.written(log);
        evictExcess(log);
    }

    /** Evicts the oldest segments over the bound and forgets idle topics. The log, or null, is counted already. */
    void evictExcess(@Nullable TopicLog log) {
        SegmentsByAge segments = state.segments();
        for (Segment oldest = segments.excess(); oldest != null; oldest = segments.excess()) {
            TopicLog evicted = oldest.log;
            evicted.evictOldestSegment();
            if (evicted != log && evicted.index >= 0) {
                count(evicted);
                if (evicted.isIdle()) {
                    forget(evicted);
                }
            }
        }
    }

    /** Forgets some idle topics if new ones are soon to be refused. */
    void forgetIdleIfShort(long now) {
        if (state.budget().isShortOfNames()) {
            pass.proceedForRoom(now);
        }
    }

    /** Counts the object of a log as history, or among the names. */
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

    /** Ends a topic whose last event has been appended. */
    void end(TopicLog log, EventId last) {
        TopicEnd end = new TopicEnd(log.life().start(), last, state.endTime());
        log.life().end(end);
        endedBefore(log.topic(), end);
    }

    void endedBefore(String topic, TopicEnd end) {
        ends.add(topic, end);
    }

    /** Returns the position of a topic's last event, or null if it has not ended. */
    @Nullable
    EventId endOf(String topic, long now) {
        TopicLog log = byName.get(topic);
        TopicEnd end = log == null ? ends.find(topic) : log.life().end();
        return end == null || log == null && ends.isOver(end, now) ? null : end.last();
    }

    /** Removes a topic; returns its log, which its followers read to the end, or null if there was none. */
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

    /** Unfollows a log. */
    void unfollow(TopicLog log) {
        assert state.isLocked();
        log.unfollow();
        if (log.index >= 0) { // else it was removed, and the topic may have another log
            watches.followed(log);
        }
        left(log);
    }

    /** Forgets a log that was left, if it is idle and its floor is kept. */
    void left(TopicLog log) {
        if (log.index < 0) {
            return;
        }
        count(log);
        if (log.isIdle() && (!log.isResumable() || log.floor().equals(floors.of(log.floorSlot)))) {
            forget(log);
        }
    }

    /** Notes that an event of a topic cannot be kept; returns the log whose followers have lagged out, or null. */
    @Nullable
    TopicLog lose(String topic, EventId id) {
        TopicLog log = byName.get(topic);
        if (!state.retentions().of(topic).isResumable()) {
            return null; // such a topic reports no losses
        }
        if (log == null) {
            floors.raise(floors.slot(topic), id);
            return null;
        }
        log.clear(id);
        count(log);
        return log;
    }

    /** Evicts everything that is retained: all of it is below the new floor. */
    void clear(EventId newFloor) {
        assert state.isLocked();
        for (TopicLog log : logs) {
            log.clear(newFloor);
            count(log);
        }
        floors.raiseAll(newFloor);
    }

    /** Visits some logs if it is time: evicts what is too old, releases memory, and forgets idle topics. */
    void sweep(long now) {
        assert state.isLocked();
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

    /** Evicts what is too old in a log, and forgets the log if it is idle. */
    void expire(TopicLog log, long now) {
        log.expire(now);
        giveBack(log);
    }

    /** Releases the memory of a log that retains nothing, and forgets the log if it is idle. */
    private void giveBack(TopicLog log) {
        log.release();
        if (log.index >= 0) {
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
            logs.set(log.index, last);
            last.index = log.index;
        }
        log.index = -1;
    }

    /** Raises the floor of a topic that can be resumed. */
    private void raiseFloor(TopicLog log, EventId floor) {
        if (log.isResumable()) {
            floors.raise(log.floorSlot, floor);
        }
    }
}
