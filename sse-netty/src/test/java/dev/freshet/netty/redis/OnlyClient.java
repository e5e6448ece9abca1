package dev.freshet.netty.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.harness.Conditions;
import dev.freshet.harness.RedisProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A connection that takes the one place that it leaves a Redis. */
final class OnlyClient implements AutoCloseable {
    private final Socket socket;
    private final BufferedReader replies;

    /** Returns once no other connection is there, not even one that Redis has yet to forget. */
    OnlyClient(RedisProcess redis) throws IOException {
        socket = new Socket(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), redis.port());
        replies = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        call("CONFIG SET maxclients 1");
        awaitInfo("connected_clients:1");
    }

    private String send(String command) throws IOException {
        socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.UTF_8));
        return replies.readLine();
    }

    /** Calls a command that replies with OK. */
    void call(String command) throws IOException {
        assertThat(send(command)).as(command).isEqualTo("+OK");
    }

    /** Waits until a line of what Redis tells of itself is so. */
    void awaitInfo(String line) {
        Conditions.await(line, () -> info().stream().anyMatch(each -> each.matches(line)));
    }

    private List<String> info() throws IOException {
        List<String> lines = new ArrayList<>();
        int left = Integer.parseInt(send("INFO").substring(1));
        while (left > 0) {
            String next = replies.readLine();
            lines.add(next);
            left -= next.length() + 2;
        }
        replies.readLine();
        return lines;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
