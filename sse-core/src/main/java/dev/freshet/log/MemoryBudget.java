package dev.freshet.log;

/**
 * The count of the memory that a hub holds, in bytes. A quarter of the limit is for the objects of the topics that are
 * followed or retain nothing, because clients can make up the names of topics. The rest is for history: the segments
 * and everything else. Guarded by the lock of {@link HubLog}.
 */
final class MemoryBudget {
    private static final int NAMES_SHARE = 4;

    /** The least memory for names, so that a few topics can be followed however little a hub may hold. */
    private static final int FEWEST_NAMES_BYTES = 8 << 10;

    /** The bytes that a topic takes: its log, the entry of a map, a cursor. */
    private static final int TOPIC_BYTES = 400;

    private final long namesLimit;
    private final long historyLimit;
    private long names;
    private long history;

    MemoryBudget(long limit) {
        long share = limit / NAMES_SHARE;
        this.namesLimit = Math.max(FEWEST_NAMES_BYTES, share);
        this.historyLimit = limit - share;
    }

    static long bytesOf(String topic) {
        return TOPIC_BYTES + 2L * topic.length();
    }

    /** Returns all bytes that are held. */
    long held() {
        return names + history;
    }

    /** Returns the bytes that topics hold which are followed or retain nothing. */
    long names() {
        return names;
    }

    /** Returns their bound. */
    long mostNames() {
        return namesLimit;
    }

    /** Takes bytes for history; a negative number gives them back. */
    void take(long bytes) {
        history += bytes;
        assert history >= 0;
    }

    /** Takes bytes for topics that are followed or retain nothing; a negative number gives them back. */
    void takeForNames(long bytes) {
        names += bytes;
        assert names >= 0;
    }

    /** Returns whether a new topic can be followed. */
    boolean hasRoomForNew(String topic) {
        return names + bytesOf(topic) <= namesLimit;
    }

    /**
     * Returns whether topics that count as history can be followed. They may take as much again as new topics, out of
     * the memory for history.
     *
     * @param bytes what these topics take
     */
    boolean hasRoomForKnown(long bytes) {
        return names + bytes <= 2 * namesLimit;
    }

    /** Returns whether the topics that are followed or retain nothing are over their limit. */
    boolean isOverNames() {
        return names > namesLimit;
    }

    /** Returns whether idle topics should be looked for: three quarters of the memory for names are taken. */
    boolean isShortOfNames() {
        return names > namesLimit - namesLimit / 4;
    }

    /** Returns whether history is over its limit, which is lower while names are over theirs. */
    boolean isHistoryOver() {
        return history > historyLimit - Math.max(0, names - namesLimit);
    }
}
