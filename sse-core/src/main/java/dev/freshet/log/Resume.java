package dev.freshet.log;

import dev.freshet.event.EventId;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** From a position that a reader asks for to the place where it starts. All under the lock of {@link HubLog}. */
final class Resume {
    /** Asks for everything that is retained. */
    private static final String EARLIEST = "earliest";

    private Resume() {}

    static Start start(HubLog owner, List<TopicLog> logs, String requested, EventId base) {
        EventId latest = owner.latest();
        if (requested.isEmpty()) {
            return new Start(
                    Start.Outcome.FRESH, latest, null, cursor(owner, logs, latest, log -> log.cursorAtEnd(latest)));
        }
        if (requested.equals(EARLIEST)) {
            EventId lowest = lowestFloor(logs);
            return new Start(Start.Outcome.RESUMED, lowest, null, atFloor(owner, logs, lowest));
        }
        EventId position = positionOf(logs, requested);
        Reset.Reason reason = whyNot(position, logs, latest, base);
        if (position == null || reason != null) {
            EventId lowest = lowestFloor(logs);
            return new Start(
                    Start.Outcome.RESET,
                    lowest,
                    reset(Objects.requireNonNullElse(reason, Reset.Reason.MALFORMED), requested, logs, latest),
                    atFloor(owner, logs, lowest));
        }
        return new Start(
                Start.Outcome.RESUMED, position, null, cursor(owner, logs, position, log -> log.cursorAfter(position)));
    }

    /**
     * An id that an event brought along wins over one of the hub's own form. Where it names several events the oldest
     * counts: nothing is skipped.
     */
    private static @Nullable EventId positionOf(List<TopicLog> logs, String requested) {
        EventId oldest = null;
        for (TopicLog log : logs) {
            EventId named = log.positionOf(requested);
            if (named != null && (oldest == null || named.compareTo(oldest) < 0)) {
                oldest = named;
            }
        }
        return oldest != null ? oldest : EventId.tryParse(requested);
    }

    private static Reset.@Nullable Reason whyNot(
            @Nullable EventId position, List<TopicLog> logs, EventId latest, EventId base) {
        if (position == null) {
            return Reset.Reason.MALFORMED;
        }
        if (position.compareTo(latest) > 0) {
            return Reset.Reason.AHEAD;
        }
        if (position.compareTo(base) < 0) {
            return Reset.Reason.UNKNOWN;
        }
        for (TopicLog log : logs) {
            if (position.compareTo(log.floor()) < 0) {
                return Reset.Reason.EVICTED;
            }
        }
        return null;
    }

    static Reset reset(Reset.Reason reason, String requested, List<TopicLog> logs, EventId latest) {
        EventId earliest = logs.stream()
                .map(TopicLog::earliest)
                .filter(Objects::nonNull)
                .min(EventId::compareTo)
                .orElse(null);
        return new Reset(reason, requested, earliest, latest);
    }

    /** Where a reader stands who is about to read everything retained: resuming there gives the same again. */
    static EventId lowestFloor(List<TopicLog> logs) {
        return Collections.min(logs.stream().map(TopicLog::floor).toList());
    }

    static EventId later(EventId a, EventId b) {
        return a.compareTo(b) >= 0 ? a : b;
    }

    private static Cursor atFloor(HubLog owner, List<TopicLog> logs, EventId position) {
        return cursor(owner, logs, position, log -> log.cursorAtFloor(position));
    }

    static Cursor cursor(HubLog owner, List<TopicLog> logs, EventId position, Function<TopicLog, TopicCursor> place) {
        if (logs.size() == 1) {
            return place.apply(logs.get(0));
        }
        return new MergedCursor(owner, position, logs.stream().map(place).toArray(TopicCursor[]::new));
    }
}
