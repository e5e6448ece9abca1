package dev.freshet.netty;

import dev.freshet.harness.FuzzInput;
import java.util.ArrayList;
import java.util.List;

/** A fuzz target: any fields are judged alike as lines and as one list, and naming the type itself accepts it. */
public final class RequestAcceptFuzz {
    private RequestAcceptFuzz() {}

    /** Runs one input. */
    public static void fuzzerTestOneInput(byte[] input) {
        FuzzInput in = new FuzzInput(input);
        List<String> fields = new ArrayList<>();
        do {
            fields.add(in.latin1(64));
        } while (!in.isEmpty());
        boolean isAccepted = RequestAccept.takesEventStream(fields);
        if (RequestAccept.takesEventStream(List.of(String.join(",", fields))) != isAccepted) {
            throw new AssertionError(fields + ": lines and a list of them differ (RFC 9110 5.3)");
        }
        fields.add("text/event-stream;q=0.5");
        if (!RequestAccept.takesEventStream(fields)) {
            throw new AssertionError(fields + ": rejected (expected: accepted)");
        }
    }
}
