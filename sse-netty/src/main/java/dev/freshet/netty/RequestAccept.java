package dev.freshet.netty;

import java.util.List;
import java.util.Locale;

/**
 * The checks whether a client accepts an event stream (RFC 9110 12.5.1), and whether it accepts gzip (12.5.3). Of the
 * matching ranges, the most specific decides.
 */
final class RequestAccept {
    private static final String EVENT_STREAM = "text/event-stream";

    /** The matching ranges, in ascending order of precedence. */
    private static final List<String> RANGES = List.of("*/*", "text/*", EVENT_STREAM);

    /** The codings that name gzip (RFC 9110 8.4.1.3), in ascending order of precedence. */
    private static final List<String> GZIP = List.of("*", "x-gzip", "gzip");

    private RequestAccept() {}

    /** Returns whether the fields accept an event stream. No field, or only empty ones, accept everything. */
    static boolean takesEventStream(List<String> fields) {
        if (fields.size() == 1 && fields.get(0).equals(EVENT_STREAM)) {
            return true; // the most common value
        }
        return takes(fields, RANGES, true);
    }

    /** Returns whether the fields accept gzip. No field, or only empty ones, do not. */
    static boolean takesGzip(List<String> fields) {
        return takes(fields, GZIP, false);
    }

    private static boolean takes(List<String> fields, List<String> ranges, boolean byDefault) {
        int specificity = -1;
        boolean accepted = false;
        boolean any = false;
        for (String field : fields) {
            for (String range : field.split(",", -1)) {
                String[] parts = range.split(";", -1);
                String type = parts[0].strip().toLowerCase(Locale.ROOT);
                any |= !type.isEmpty();
                int fits = ranges.indexOf(type);
                if (fits >= specificity && fits >= 0) {
                    boolean wanted = isWanted(parts);
                    accepted = wanted || fits == specificity && accepted;
                    specificity = fits;
                }
            }
        }
        return any ? accepted : byDefault;
    }

    /** Returns whether the weight is not zero; a malformed weight is ignored. */
    private static boolean isWanted(String[] parts) {
        for (int i = 1; i < parts.length; i++) {
            String parameter = parts[i].strip().toLowerCase(Locale.ROOT);
            if (parameter.startsWith("q=")) {
                return !parameter.substring(2).strip().matches("0(\\.0{0,3})?");
            }
        }
        return true;
    }
}
