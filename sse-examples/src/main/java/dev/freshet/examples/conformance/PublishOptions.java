package dev.freshet.examples.conformance;

import dev.freshet.examples.conformance.check.Publishing;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options for publishing at the server. */
final class PublishOptions {

    @Option(
            names = "--publish",
            paramLabel = "URL",
            description = "Where to publish what the stream of --url then brings. Without it, checks that need an event"
                    + " are not run.")
    private @Nullable String url;

    @Option(names = "--publish-method", paramLabel = "METHOD", defaultValue = "POST", description = "Its method.")
    @SuppressWarnings("NullAway.Init")
    private String method;

    @Option(
            names = "--publish-type",
            paramLabel = "TYPE",
            defaultValue = "text/plain; charset=utf-8",
            description = "Its Content-Type.")
    @SuppressWarnings("NullAway.Init")
    private String type;

    @Option(
            names = "--publish-body",
            paramLabel = "TEMPLATE",
            defaultValue = "{data}",
            description =
                    "Its content: {data} stands for the data of the event, {json} for that as a JSON string, as in"
                            + " '{\"data\":{json}}'.")
    @SuppressWarnings("NullAway.Init")
    private String body;

    /**
     * Returns how events are published, or null where they are not.
     *
     * @throws IllegalArgumentException if an option is invalid
     */
    @Nullable
    Publishing publishing(ServerOptions server) {
        if (!method.matches("[A-Za-z]+")) {
            throw new IllegalArgumentException("--publish-method: " + method + " (expected: such as POST)");
        }
        if (!body.contains("{data}") && !body.contains("{json}")) {
            throw new IllegalArgumentException("--publish-body: " + body + " (expected: with {data} or {json})");
        }
        List<String> headers = server.headers();
        return url == null ? null : new Publishing(server.address("--publish", url), method, type, body, headers);
    }
}
