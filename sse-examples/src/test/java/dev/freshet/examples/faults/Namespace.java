package dev.freshet.examples.faults;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A network namespace that is joined to the machine by a pair of interfaces, between which all packets can be dropped without notice.
 * Needs Linux, {@code ip} and the rights of root.
 */
final class Namespace implements AutoCloseable {
    private static final String HERE = "198.18.7.1"; // RFC 2544: for tests, never routed
    private static final String THERE = "198.18.7.2";
    private static final String NOBODY = "02:00:00:00:00:09";

    private final String name = "freshet" + ProcessHandle.current().pid();
    private final String here = "f" + ProcessHandle.current().pid() + "a";
    private final String there = "f" + ProcessHandle.current().pid() + "b";

    /** Whether the machine is to have one: {@code -Dfreshet.faults.namespace=false} says that it cannot. */
    static boolean isExpected() {
        return !"false".equals(System.getProperty("freshet.faults.namespace"));
    }

    /** @throws IOException if the machine cannot, with what it says */
    Namespace() throws IOException, InterruptedException {
        try {
            ip("netns", "add", name);
            ip("link", "add", here, "type", "veth", "peer", "name", there, "netns", name);
            ip("addr", "add", HERE + "/30", "dev", here);
            ip("link", "set", here, "up");
            ip("-n", name, "addr", "add", THERE + "/30", "dev", there);
            ip("-n", name, "link", "set", there, "up");
            ip("-n", name, "link", "set", "lo", "up");
        } catch (IOException e) {
            close();
            throw new IOException(e.getMessage() + " (expected: root, or -Dfreshet.faults.namespace=false)", e);
        }
    }

    /** Returns the address inside. */
    String address() {
        return THERE;
    }

    /** Has a process run inside. */
    ProcessBuilder inside(ProcessBuilder builder) {
        List<String> command = new ArrayList<>(List.of("ip", "netns", "exec", name));
        command.addAll(builder.command());
        return builder.command(command);
    }

    /** Drops each packet from now on: the frames are for an interface that nobody has. */
    void drop() throws IOException, InterruptedException {
        ip("neigh", "replace", THERE, "lladdr", NOBODY, "dev", here, "nud", "permanent");
        ip("-n", name, "neigh", "replace", HERE, "lladdr", NOBODY, "dev", there, "nud", "permanent");
    }

    /** Lets packets pass. */
    void pass() throws IOException, InterruptedException {
        ip("neigh", "del", THERE, "dev", here);
        ip("-n", name, "neigh", "del", HERE, "dev", there);
    }

    private static void ip(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("ip"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", command) + ": " + said.strip());
        }
    }

    @Override
    public void close() {
        try {
            ip("netns", "del", name); // and its interface, with the one that is paired with it
        } catch (IOException e) {
            // there is none
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
