package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A process of nginx or HAProxy that listens on a port of the loopback. For one thread. */
final class ReverseProxy implements AutoCloseable {
    private final Process process;

    private ReverseProxy(Process process) {
        this.process = process;
    }

    /** With a configuration of what stands in {@code http}. */
    static ReverseProxy nginx(Path folder, int port, String http) throws Exception {
        return start(folder, port, String.format("""
                daemon off;
                worker_processes 1;
                pid %1$s/nginx.pid;
                error_log stderr;
                events {}
                http {
                    access_log off;
                    client_body_temp_path %1$s/body;
                    proxy_temp_path %1$s/proxy;
                    fastcgi_temp_path %1$s/fastcgi;
                    uwsgi_temp_path %1$s/uwsgi;
                    scgi_temp_path %1$s/scgi;
                    %2$s
                }
                """, folder, http), "nginx", "-p", folder.toString(), "-c");
    }

    static ReverseProxy haproxy(Path folder, int port, String configuration) throws Exception {
        return start(folder, port, configuration, "haproxy", "-db", "-f");
    }

    private static ReverseProxy start(Path folder, int port, String configuration, String program, String... arguments)
            throws Exception {
        Path file = Files.writeString(folder.resolve("proxy.conf"), configuration);
        Path log = folder.resolve("log");
        ProcessBuilder builder = new ProcessBuilder(Installed.path(program));
        builder.command().addAll(List.of(arguments));
        builder.command().add(file.toString());
        Process process =
                builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
        while (!isListening(port)) {
            if (process.waitFor(20, TimeUnit.MILLISECONDS)) {
                throw new AssertionError(program + ": " + Files.readString(log));
            }
        }
        return new ReverseProxy(process);
    }

    private static boolean isListening(int port) {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    /** Ends it as a crash does. */
    void kill() throws Exception {
        List<ProcessHandle> workers = process.descendants().toList();
        process.destroyForcibly().waitFor(); // first, or it starts a worker in place of each
        workers.forEach(ProcessHandle::destroyForcibly);
    }

    @Override
    public void close() throws Exception {
        process.destroy();
        assertThat(process.waitFor(ServerFixture.PATIENCE_SECONDS, TimeUnit.SECONDS))
                .isTrue();
    }
}
