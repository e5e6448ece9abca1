package dev.freshet.examples.conformance.check;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** What must be so before a check can say anything. */
final class Prerequisites {

    private static final Set<Check> PUBLISHING = EnumSet.of(
            Check.AT_ONCE,
            Check.BLANK_LINE,
            Check.FIELD_NAMES,
            Check.LINE_ENDS,
            Check.RETRY,
            Check.ID_NUL,
            Check.BOM,
            Check.IDS,
            Check.ORDER,
            Check.DATA_LINES,
            Check.DATA_SPACE,
            Check.DATA_LAST_LINE,
            Check.DATA_CR,
            Check.DATA_LONG,
            Check.UTF_8,
            Check.UTF_8_LONG,
            Check.STREAMS,
            Check.RESUME_MISSED,
            Check.RESUME_ONCE,
            Check.RESUME_ORDER,
            Check.RESUME_NOTHING,
            Check.RESUME_IN_EVENT,
            Check.PIPELINING,
            Check.STALLED_READER);

    private Prerequisites() {}

    /** Returns whether a check publishes. */
    static boolean publishes(Check check) {
        return PUBLISHING.contains(check);
    }

    /** Returns the checks that must have passed before, where they are among those of the run. */
    static List<Check> of(Check check) {
        return switch (check) {
            case STATUS, HEAD_AT_ONCE, HEAD, OTHER_METHOD, GONE, HOST -> List.of();
            case ALLOW -> List.of(Check.OTHER_METHOD);
            case CONTENT_TYPE,
                    NO_CODING,
                    CACHING,
                    DATE,
                    FRAMING,
                    UNKNOWN_ID,
                    CORS_ORIGIN,
                    CORS_CREDENTIALS,
                    CORS_VARY,
                    CORS_PREFLIGHT,
                    HTTP_1_0,
                    CLIENT_GONE -> List.of(Check.STATUS);
            case CLOSE_TOLD, TOLD_END, AT_ONCE, HEARTBEAT -> List.of(Check.FRAMING);
            case BLANK_LINE -> List.of(Check.AT_ONCE);
            case FIELD_NAMES,
                    LINE_ENDS,
                    RETRY,
                    ID_NUL,
                    BOM,
                    IDS,
                    ORDER,
                    DATA_LINES,
                    DATA_SPACE,
                    DATA_LAST_LINE,
                    DATA_CR,
                    DATA_LONG,
                    UTF_8,
                    STREAMS,
                    RESUME_MISSED,
                    RESUME_NOTHING,
                    PIPELINING -> List.of(Check.BLANK_LINE);
            case UTF_8_LONG -> List.of(Check.UTF_8, Check.DATA_LONG);
            case RESUME_ONCE, RESUME_ORDER -> List.of(Check.RESUME_MISSED);
            case RESUME_IN_EVENT -> List.of(Check.RESUME_MISSED, Check.DATA_LONG);
            case HEAD_AS_GET, KEEP_ALIVE -> List.of(Check.STATUS, Check.HEAD);
            case STALLED_READER -> List.of(Check.DATA_LONG);
        };
    }
}
