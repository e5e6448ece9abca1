package dev.freshet.examples.conformance.check;

/**
 * An event as a client would see it.
 *
 * @param id the last event id at it, empty for none
 */
record Seen(String type, String data, String id) {

    private static final int BEFORE_MARK = 200;

    /** Returns whether its data has a mark, at or near its start. */
    boolean has(String mark) {
        return data.substring(0, Math.min(data.length(), BEFORE_MARK)).contains(mark);
    }
}
