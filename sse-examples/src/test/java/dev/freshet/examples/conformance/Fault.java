package dev.freshet.examples.conformance;

import java.util.List;

/** What a plain server does wrong, and the checks that find it; or what it may do, and no check finds. */
public enum Fault {
    NONE,
    /** The head waits for the first event. */
    LATE_HEAD("head-at-once"),
    WRONG_TYPE("content-type"),
    NO_DATE("date"),
    CODED("no-coding"),
    CACHING_UNTOLD("caching"),
    /** Each chunk is a byte longer than it says. */
    BAD_CHUNK("framing"),
    /** The end of the connection is the end of the stream, and nothing says so. */
    UNTOLD_CLOSE("close-told", "told-end"),
    /** An event is written when the next one is published. */
    BUFFERS("at-once"),
    /** The blank line comes before the next event. */
    LATE_BLANK_LINE("blank-line"),
    /** {@code retry: 3s}. */
    RETRY_WITH_UNIT("retry"),
    NUL_IN_ID("id-nul"),
    /** Each event begins with one, as where each is written by an encoder of its own. */
    BOM_IN_EVENTS("bom"),
    NO_IDS("ids"),
    /** {@code time: 1}. */
    UNKNOWN_FIELD("field-names"),
    /** CRLF ends the line of an id, LF all others. */
    MIXED_LINE_ENDS("line-ends"),
    /** Data ends after 50,000 characters. */
    CUTS_LONG_DATA("data-long"),
    /** CR and CRLF in data are written as they are. */
    CR_UNSPLIT("data-cr"),
    STRIPS_LINES("data-space"),
    DROPS_LAST_LINE("data-last-line"),
    LATIN_1("utf-8"),
    /** Pieces of 1,000 bytes are decoded and encoded again. */
    SPLITS_UTF_8("utf-8-long"),
    /** Of events to be sent again the first is lost. */
    RESUME_LOSES("resume-missed"),
    /** Of events to be sent again the long ones are lost. */
    RESUME_LOSES_LONG("resume-in-event"),
    UNKNOWN_ID_REFUSED("unknown-id"),
    RESUME_DOUBLES("resume-once"),
    RESUME_REORDERS("resume-order"),
    STAR_WITH_CREDENTIALS("cors-credentials"),
    TWO_ORIGINS("cors-origin"),
    /** An answer to a request without Origin does not say that another depends on it. */
    VARY_FOR_ORIGINS_ALONE("cors-vary"),
    HEAD_WITH_CONTENT("head"),
    HEAD_OF_OTHER_TYPE("head-as-get"),
    NO_ALLOW("allow"),
    GONE_WITH_LENGTH("gone"),
    /** What stands behind the head of a 204 is taken for the next answer. */
    GONE_WITH_CONTENT("gone"),
    NO_HOST_WANTED("host"),
    CHUNKS_FOR_HTTP_1_0("http-1-0"),
    /** It writes nothing, and so does not see who has gone. */
    NO_HEARTBEAT("heartbeat", "client-gone"),
    /** An event is published once each client has it. */
    WAITS_FOR_ALL("stalled-reader"),
    COUNTS_THE_GONE("client-gone"),
    /** Data is written behind one {@code data:}, whatever its lines. */
    LINES_UNSPLIT("data-lines", "data-space", "data-last-line", "data-cr"),
    /** Each event is written twice. */
    DOUBLES("order", "resume-once", "resume-nothing", "resume-in-event"),
    /** PATCH is answered with 404. */
    METHOD_NOT_FOUND("other-method"),
    /** Every answer says that its connection is closed. */
    CLOSES_ALWAYS("keep-alive"),
    PREFLIGHT_WITHOUT_ID("cors-preflight"),
    /** No fault: one origin is allowed, and named to all. */
    FIXED_ORIGIN,
    /** No fault: it answers HTTP/1.0 with 505. */
    OLD_VERSION_REFUSED,
    /** No fault. */
    TYPE_WITH_PARAMETER,
    /** No fault: credentials are not allowed, in a way that is none. */
    STAR_WITHOUT_CREDENTIALS;

    @SuppressWarnings("ImmutableEnumChecker") // a copy, which nobody changes
    private final List<String> checks;

    Fault(String... checks) {
        this.checks = List.of(checks);
    }

    /** Returns the names of the checks that are to find it, and of no others. */
    public List<String> checks() {
        return checks;
    }
}
