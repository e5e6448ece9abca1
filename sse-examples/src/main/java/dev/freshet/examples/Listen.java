package dev.freshet.examples;

import dev.freshet.netty.AccessScope;
import dev.freshet.netty.SseServer;
import io.netty.util.NetUtil;
import java.io.PrintWriter;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/**
 * The options of a command that serves: the address to listen on, and the host names to accept. They may stand before
 * the name of a command or after it; the latter have precedence.
 */
final class Listen {

    private static final String HOST = "127.0.0.1";
    private static final int PORT = 8080;

    @Option(
            names = "--host",
            paramLabel = "HOST",
            description = {"Address to listen on.", "  Default: " + HOST})
    private @Nullable String host;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            description = {"Port to listen on; 0 picks a free one.", "  Default: " + PORT})
    private @Nullable Integer port;

    @Option(
            names = "--hosts",
            showDefaultValue = Visibility.NEVER,
            paramLabel = "NAME",
            description = {
                "Name that the server is asked by, else 421; may be given several times.",
                "  Default: on a loopback address its own names, else any."
            })
    private List<String> hosts = List.of();

    @Spec(Target.MIXEE)
    @SuppressWarnings("NullAway.Init")
    private CommandSpec command;

    /** Returns the command line of the command. */
    CommandLine commandLine() {
        return command.commandLine();
    }

    /** Returns the options before the name of the command; without such a name, these options. */
    private Listen before() {
        return ((Main) command.root().userObject()).listen();
    }

    PrintWriter out() {
        return commandLine().getOut();
    }

    /** Returns the URL of a server that is bound to an address, with the host as the user gave it. */
    String url(String scheme, InetSocketAddress bound) {
        String name = host().contains(":") && !host().startsWith("[") ? "[" + host() + "]" : host();
        return scheme + "://" + name + ":" + bound.getPort();
    }

    String host() {
        String given = host == null ? before().host : host;
        return given == null ? HOST : given;
    }

    private List<String> hosts() {
        return hosts.isEmpty() ? before().hosts : hosts;
    }

    /**
     * Creates a builder of a server at this address. If the names of the server are known, it accepts only these, so
     * that a page whose name was pointed at this machine (DNS rebinding) cannot send requests.
     *
     * @throws IllegalArgumentException if a name has another form
     */
    SseServer.Builder server() {
        SseServer.Builder server = SseServer.builder().host(host()).port(port());
        List<String> names = hosts().isEmpty() ? ownNames() : hosts();
        if (!names.isEmpty()) {
            server.hosts(names.toArray(String[]::new)).accessScope(AccessScope.ALL_REQUESTS);
        }
        return server;
    }

    /** Returns the names of a loopback address; none if other machines may use another name for the address. */
    private List<String> ownNames() {
        InetAddress address;
        try {
            byte[] bytes = InetAddress.getByName(host()).getAddress();
            address = InetAddress.getByAddress(bytes); // an IPv4-mapped address of a resolver becomes one of IPv4
        } catch (UnknownHostException e) {
            return List.of(); // the server cannot listen there, either
        }
        if (!address.isLoopbackAddress()) {
            return List.of();
        }
        String shown = NetUtil.toAddressString(address);
        String own = address instanceof Inet6Address ? "[" + shown + "]" : shown;
        boolean isIpv6 = host().contains(":");
        return List.of("localhost", "127.0.0.1", "[::1]", own, isIpv6 ? own : host());
    }

    /** Rejects host names, for a server that does not check them. */
    void refuseHosts() {
        if (!hosts().isEmpty()) {
            throw new ParameterException(commandLine(), "--hosts: " + hosts() + " (expected: none, for this command)");
        }
    }

    int port() {
        Integer given = port == null ? before().port : port;
        int chosen = given == null ? PORT : given;
        if (chosen < 0 || chosen > 65_535) {
            throw new ParameterException(commandLine(), "--port: " + chosen + " (expected: 0 to 65535)");
        }
        return chosen;
    }
}
