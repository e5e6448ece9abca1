package dev.freshet.harness;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A process of nginx or HAProxy that listens on a port of the loopback. For one thread. */
public final class ReverseProxy implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(25);

    private final Process process;

    private ReverseProxy(Process process) {
        this.process = process;
    }

    /** Starts nginx with a configuration of what stands in {@code http}. */
    public static ReverseProxy nginx(Path folder, int port, String http) throws Exception {
        return nginx(folder, port, List.of(), http);
    }

    /** Starts nginx with modules that it loads, and a configuration of what stands in {@code http}. */
    public static ReverseProxy nginx(Path folder, int port, List<Path> modules, String http) throws Exception {
        modules.forEach(Installed::require);
        StringBuilder load = new StringBuilder();
        modules.forEach(module -> load.append("load_module ").append(module).append(";\n"));
        return start(folder, port, load + String.format("""
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

    /** Starts HAProxy with a configuration. */
    public static ReverseProxy haproxy(Path folder, int port, String configuration) throws Exception {
        return start(folder, port, configuration, "haproxy", "-db", "-f");
    }

    private static ReverseProxy start(Path folder, int port, String configuration, String program, String... arguments)
            throws Exception {
        Path file = Files.writeString(folder.resolve("proxy.conf"), configuration);
        ProcessBuilder builder = new ProcessBuilder(Installed.path(program));
        builder.command().addAll(List.of(arguments));
        builder.command().add(file.toString());
        return new ReverseProxy(ListeningProcess.start(builder, port, folder.resolve("log")));
    }

    /** Ends it as a crash does. */
    public void kill() throws Exception {
        List<ProcessHandle> workers = process.descendants().toList();
        process.destroyForcibly().waitFor(); // first, or it starts a worker in place of each
        workers.forEach(ProcessHandle::destroyForcibly);
    }

    @Override
    public void close() throws Exception {
        process.destroy();
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("not ended within " + PATIENCE + " of SIGTERM: " + process.info());
        }
    }
}
