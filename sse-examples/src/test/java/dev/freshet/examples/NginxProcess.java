package dev.freshet.examples;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.freshet.harness.RestartPort;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A process of nginx with nchan, a module that makes it a server of streams. For one thread. */
final class NginxProcess implements AutoCloseable {

    private static final Path NGINX = Path.of("/usr/sbin/nginx");
    private static final Path NCHAN = Path.of("/usr/lib/nginx/modules/ngx_nchan_module.so");

    private final Process process;
    private final int port;

    private NginxProcess(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /**
     * Starts it, and waits until it listens. Where it is not installed, the test is skipped, or fails where the build
     * requires it.
     */
    static NginxProcess start(Path folder, String locations) throws Exception {
        boolean isThere = Files.isExecutable(NGINX) && Files.exists(NCHAN);
        if (!isThere && Boolean.getBoolean("freshet.browser.required")) {
            throw new AssertionError("tests that need nginx with nchan are required, but it was not found");
        }
        assumeTrue(isThere, "SKIPPED: tests that need nginx with nchan: not found");
        int port = RestartPort.next();
        Path file = Files.writeString(folder.resolve("nginx.conf"), String.format("""
                load_module %s;
                daemon off;
                worker_processes 1;
                pid %2$s/nginx.pid;
                error_log stderr;
                events {}
                http {
                    access_log off;
                    client_body_temp_path %2$s/body;
                    proxy_temp_path %2$s/proxy;
                    fastcgi_temp_path %2$s/fastcgi;
                    uwsgi_temp_path %2$s/uwsgi;
                    scgi_temp_path %2$s/scgi;
                    server {
                        listen 127.0.0.1:%3$d;
                        %4$s
                    }
                }
                """, NCHAN, folder, port, locations));
        Path log = folder.resolve("log");
        Process process = new ProcessBuilder(NGINX.toString(), "-p", folder.toString(), "-c", file.toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        while (!isListening(port)) {
            if (process.waitFor(20, TimeUnit.MILLISECONDS)) {
                throw new AssertionError("nginx: " + Files.readString(log));
            }
        }
        return new NginxProcess(process, port);
    }

    private static boolean isListening(int port) {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    String url(String path) {
        return "http://127.0.0.1:" + port + path;
    }

    @Override
    public void close() throws Exception {
        process.destroy();
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            throw new AssertionError("nginx has not ended");
        }
    }
}
