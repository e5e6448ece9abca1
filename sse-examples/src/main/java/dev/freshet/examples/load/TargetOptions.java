package dev.freshet.examples.load;

import dev.freshet.examples.load.client.Target;
import dev.freshet.examples.load.client.Wire;
import dev.freshet.examples.load.server.ServerProcess;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Option;

/** The options for the server under load. */
final class TargetOptions {

    @Option(
            names = "--url",
            paramLabel = "URL",
            defaultValue = "http://127.0.0.1:8080/events",
            description = {
                "What to subscribe to. Repeatable: streams are spread over the nodes of a cluster, and checked for one",
                "  order. With reconnect, clients come back to the next."
            })
    private List<String> urls = new ArrayList<>();

    @Option(
            names = "--publish-url",
            paramLabel = "URL",
            description = {
                "What to POST events to, the body being the data. Repeatable: by turns, by a publisher for each, which",
                "  goes to the next where its server is gone.",
                "  Default: /publish at the server of each --url, with the same query"
            },
            showDefaultValue = Visibility.NEVER)
    private List<String> publishUrls = new ArrayList<>();

    @Option(
            names = "--sources",
            paramLabel = "COUNT",
            defaultValue = "8",
            description = "Loopback addresses to connect from, so that ports suffice.")
    private int sources;

    @Option(
            names = "--header",
            paramLabel = "'NAME: VALUE'",
            showDefaultValue = Visibility.NEVER,
            description = "Sent with every request; repeatable.")
    private List<String> headers = new ArrayList<>();

    @Option(
            names = "--pid",
            paramLabel = "PID",
            split = ",",
            showDefaultValue = Visibility.NEVER,
            description = "The server's process, on this machine, to tell its CPU and memory; repeatable.")
    private List<Integer> pids = new ArrayList<>();

    /**
     * Creates the target of so many streams over a wire.
     *
     * @throws IllegalArgumentException if an option is invalid, or a URL has no stream
     */
    Target target(int connections, Wire wire) {
        Target target = Target.of(urls, publishUrls, headers, sources).over(wire);
        target.check(connections);
        if (wire.trust().isChosen() && !target.hasTls()) {
            throw new IllegalArgumentException("--ca, --insecure: with http URLs (expected: an https URL)");
        }
        return target;
    }

    /**
     * Returns the processes of the server.
     *
     * @throws IllegalArgumentException if one of them does not exist
     */
    ServerProcess process() {
        return new ServerProcess(pids);
    }

    int sources() {
        return sources;
    }
}
