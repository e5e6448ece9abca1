package dev.freshet.examples;

import dev.freshet.netty.AccessScope;
import dev.freshet.netty.SseServer;
import io.netty.util.NetUtil;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/**
 * The options of a command that serves: where it listens, and by which names it is asked. They may stand before a command's name or after it, and after
 * it wins.
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
            paramLabel = "NAME",
            description = {
                "Name that the server is asked by, else 421; may be given several times.",
                "  Default: on a loopback address its own names, else any."
            })
    private List<String> hosts = List.of();

    @Spec(Target.MIXEE)
    @SuppressWarnings("NullAway.Init")
    private CommandSpec command;

    /** The command line of the command. */
    CommandLine commandLine() {
        return command.commandLine();
    }

    /** What was given before the command's name; of the command without a name, itself. */
    private Listen before() {
        return ((Main) command.root().userObject()).listen();
    }

    String host() {
        if (host != null) {
            return host;
        }
        String given = before().host;
        return given == null ? HOST : given;
    }

    private List<String> hosts() {
        return hosts.isEmpty() ? before().hosts : hosts;
    }

    /**
     * A server that listens there and answers to its own names only, where they are known: a page whose name was pointed at
     * this machine (DNS rebinding) asks by that name.
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

    /** None where another machine may know it by another. */
    private List<String> ownNames() {
        InetAddress address;
        try {
            address = InetAddress.getByName(host());
        } catch (UnknownHostException e) {
            return List.of(); // where nobody can listen either
        }
        if (!isLoopback(address)) {
            return List.of();
        }
        String shown = NetUtil.toAddressString(address);
        String own = address instanceof Inet6Address ? "[" + shown.replaceAll("%.*", "") + "]" : shown;
        boolean isName = !NetUtil.isValidIpV4Address(host()) && !host().contains(":");
        return isName
                ? List.of("localhost", "127.0.0.1", "[::1]", own, host())
                : List.of("localhost", "127.0.0.1", "[::1]", own);
    }

    /** Also where it is one of IPv4 in the form of IPv6, which Java does not take for it. */
    private static boolean isLoopback(InetAddress address) {
        byte[] bytes = address.getAddress();
        boolean mapped = bytes.length == 16 && bytes[10] == -1 && bytes[11] == -1 && bytes[12] == 127;
        return address.isLoopbackAddress() || mapped;
    }

    /** For a server that looks at no name. */
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
