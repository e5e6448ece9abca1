package dev.freshet.netty;

import java.util.List;
import java.util.Locale;

/**
 * The check whether a client accepts an event stream (RFC 9110 12.5.1). Of the matching ranges, the most specific
 * decides.
 */
final class RequestAccept {
    private static final String EVENT_STREAM = "text/event-stream";

    /** The matching ranges, in ascending order of precedence. */
    private static final List<String> RANGES = List.of("*/*", "text/*", EVENT_STREAM);

    private RequestAccept() {}

    /** Returns whether the fields accept an event stream. No field, or only empty ones, accept everything. */
    static boolean takesEventStream(List<String> fields) {
        if (fields.size() == 1 && fields.get(0).equals(EVENT_STREAM)) {
            return true; // the most common value
        }
        int specificity = -1;
        boolean accepted = false;
        boolean any = false;
        for (String field : fields) {
            for (String range : field.split(",", -1)) {
                String[] parts = range.split(";", -1);
                String type = parts[0].strip().toLowerCase(Locale.ROOT);
                any |= !type.isEmpty();
                int fits = RANGES.indexOf(type);
                if (fits >= specificity && fits >= 0) {
                    boolean wanted = isWanted(parts);
                    accepted = wanted || fits == specificity && accepted;
                    specificity = fits;
                }
            }
        }
        return accepted || !any;
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
