package dev.freshet.log;

import dev.freshet.event.EventId;
import dev.freshet.event.ResumeOutcome;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The search for the position at which a reader starts, from the start that it requests. Confined to one call under the
 * lock of {@link HubLog}.
 */
final class Resume {
    /** The text that requests everything that is retained. */
    private static final String EARLIEST = "earliest";

    private final LogState state;
    private final IdSequence ids;
    private final Cursor.Owner owner;
    private final List<TopicLog> logs;
    private final List<TopicLog> resumable;
    private final StartRequest request;
    private final EventId latest;

    /** The start of a reader that does not resume; null for that of the request. Set by {@link #startBehind}. */
    private @Nullable EventId freshStart;

    /** The position after which this reader may read. */
    private final EventId bound;

    Resume(LogState state, Cursor.Owner owner, List<TopicLog> logs, StartRequest request) {
        assert state.isLocked();
        this.state = state;
        this.ids = state.ids();
        this.owner = owner;
        this.logs = logs;
        this.resumable = resumable(logs);
        this.request = request;
        this.latest = owner.latest();
        this.bound = request.notBefore == null
                ? new EventId(0, 0)
                : IdSequence.earlier(ids.atOrBefore(request.notBefore), latest);
    }

    Start start() {
        if (resumable.isEmpty()) {
            return at(ResumeOutcome.FRESH, freshStart == null ? latest : freshStart);
        }
        return request.lastEventId.isEmpty() ? chosen() : named(request.lastEventId);
    }

    /**
     * Returns the start of a reader with a snapshot at a position, unless the client resumes; null if a reader cannot
     * start there.
     *
     * @param position of the snapshot; null for none
     */
    @Nullable
    Start startBehind(@Nullable EventId position) {
        EventId start = position == null ? latest : sameFromBound(position);
        freshStart = start;
        Start found = start();
        boolean isInLog = position != null && whyNot(start) == null;
        return isInLog || found.outcome() == ResumeOutcome.RESUMED ? found : null;
    }

    /**
     * Returns the bound for a position before it if no event is between them, else the position: the snapshot is the
     * same at both.
     */
    private EventId sameFromBound(EventId position) {
        boolean changed = position.compareTo(bound) >= 0
                || resumable.stream().anyMatch(log -> {
                    EventId next = TopicCursor.after(owner, log, position).nextId();
                    return position.compareTo(log.floor()) < 0 || next != null && next.compareTo(bound) <= 0;
                });
        return changed ? position : bound;
    }

    /** Returns the start that the application chose. */
    private Start chosen() {
        if (freshStart != null) {
            return at(ResumeOutcome.FRESH, freshStart);
        }
        if (request.fromTime != null) {
            return at(
                    ResumeOutcome.FRESH,
                    IdSequence.earlier(
                            IdSequence.later(before(state.time().uptimeAt(request.fromTime)), lowest()), latest));
        }
        if (request.from == null) {
            return at(ResumeOutcome.FRESH, latest);
        }
        EventId from = IdSequence.later(request.from, bound);
        Reset.Reason reason = whyNot(from);
        return reason == null ? at(ResumeOutcome.FRESH, from) : reset(reason, request.from.toString());
    }

    /** Returns the start after the event that the client names. */
    private Start named(String lastEventId) {
        EventId position = null;
        boolean evicted = false;
        for (TopicLog log : resumable) {
            EventId own = log.findOwnId(lastEventId);
            if (own != null) {
                position = position == null ? own : IdSequence.earlier(position, own);
            }
            evicted |= state.evictedIds().contains(log.topic(), lastEventId);
        }
        boolean own = position != null;
        if (!own && lastEventId.equals(EARLIEST)) {
            return at(ResumeOutcome.RESUMED, lowest());
        }
        if (!own) {
            position = EventId.tryParse(lastEventId);
        }
        Reset.Reason reason = own && evicted ? Reset.Reason.EVICTED : whyNot(position);
        if (position == null || reason != null) {
            return reset(Objects.requireNonNullElse(reason, Reset.Reason.UNKNOWN), lastEventId);
        }
        return new Start(
                ResumeOutcome.RESUMED,
                position,
                own ? lastEventId : position.toString(),
                null,
                cursor(owner, logs, position));
    }

    /** Returns the reason why this reader cannot start at a position, or null. */
    private Reset.@Nullable Reason whyNot(@Nullable EventId position) {
        if (position == null || !ids.isOwn(position)) {
            return Reset.Reason.UNKNOWN;
        }
        if (position.compareTo(latest) > 0) {
            return Reset.Reason.AHEAD;
        }
        if (!ids.isOfStore() && position.compareTo(ids.base()) < 0) { // a store had events before those that it keeps
            return Reset.Reason.UNKNOWN;
        }
        boolean gone = position.compareTo(bound) < 0
                || resumable.stream().anyMatch(log -> position.compareTo(log.floor()) < 0);
        return gone ? Reset.Reason.EVICTED : null;
    }

    private Start at(ResumeOutcome outcome, EventId position) {
        return new Start(outcome, position, position.toString(), null, cursor(owner, logs, position));
    }

    private Start reset(Reset.Reason reason, String requested) {
        EventId position = freshStart != null ? freshStart : request.resetToLatest ? latest : lowest();
        Reset reset = reset(owner, reason, requested, logs, lowest());
        return new Start(ResumeOutcome.RESET, position, position.toString(), reset, cursor(owner, logs, position));
    }

    /**
     * Returns the position before everything that is retained and that this reader may read. Of several topics it is
     * the highest floor if nothing retained is before that, so that a client that resumes there is not behind any
     * floor; else it is the lowest.
     */
    private EventId lowest() {
        EventId low = IdSequence.later(
                bound, Collections.min(resumable.stream().map(TopicLog::floor).toList()));
        EventId high = IdSequence.later(
                bound, Collections.max(resumable.stream().map(TopicLog::floor).toList()));
        boolean isBetween = resumable.stream().anyMatch(log -> {
            EventId first = TopicCursor.after(owner, log, low).nextId();
            return first != null && first.compareTo(high) <= 0;
        });
        return isBetween ? low : high;
    }

    static Reset reset(
            Cursor.Owner owner, Reset.Reason reason, String requested, List<TopicLog> logs, EventId position) {
        EventId earliest = resumable(logs).stream()
                .map(log -> TopicCursor.after(owner, log, position).nextId())
                .filter(Objects::nonNull)
                .min(EventId::compareTo)
                .orElse(null);
        return new Reset(reason, requested, earliest, owner.latest());
    }

    /** Returns the newest event that was written before an uptime, or the newest of all if none was written later. */
    private EventId before(long uptime) {
        EventId newest = new EventId(0, 0);
        boolean isLast = true;
        for (TopicLog log : resumable) {
            for (Segment segment = log.head(); segment != null; segment = segment.next()) {
                byte[] memory = segment.memory();
                int count = segment.count();
                int index = memory == null ? 0 : segment.firstSince(memory, count, uptime);
                if (memory != null && index > 0) {
                    newest = IdSequence.later(newest, segment.id(memory, index - 1));
                }
                isLast &= index == count;
            }
        }
        return isLast ? latest : newest;
    }

    private static List<TopicLog> resumable(List<TopicLog> logs) {
        return logs.stream().filter(TopicLog::isResumable).toList();
    }

    /** Returns a cursor before the first retained event after a position. */
    private static Cursor cursor(Cursor.Owner owner, List<TopicLog> logs, EventId position) {
        if (logs.size() == 1) {
            return TopicCursor.after(owner, logs.get(0), position);
        }
        return new MergedCursor(
                owner,
                position,
                logs.stream()
                        .map(log -> TopicCursor.after(owner, log, position))
                        .toArray(TopicCursor[]::new));
    }
}
