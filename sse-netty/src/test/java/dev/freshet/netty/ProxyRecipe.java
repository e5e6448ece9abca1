package dev.freshet.netty;

import dev.freshet.harness.ReverseProxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** A recipe of the guide to proxies, and the proxy that it is for. */
enum ProxyRecipe {
    NGINX("events.conf", "proxy_read_timeout 60s", "        error_page 502 504 = @later;"),
    HAPROXY("haproxy.cfg", "timeout server 60s", """
                http-after-response set-status 200 \
            if { status 502:504 } { res.hdr(Content-Type) -m str text/event-stream }\
            """);

    final String timeout;
    final String forEventSources;
    private final String file;

    ProxyRecipe(String file, String timeout, String forEventSources) {
        this.file = file;
        this.timeout = timeout;
        this.forEventSources = forEventSources;
    }

    Guide guide() throws Exception {
        return Guide.file("proxies.md", (this == NGINX ? "/etc/nginx/conf.d/" : "/etc/haproxy/") + file);
    }

    /** What is set for all else that the proxy is for. */
    Guide compressing() throws Exception {
        return this == NGINX
                ? new Guide("gzip on; gzip_types *; gzip_min_length 0;\n" + guide().text())
                : guide().with(
                                "defaults\n",
                                "defaults\n    compression algo gzip\n"
                                        + "    compression type text/event-stream text/plain text/html\n");
    }

    ReverseProxy run(Path folder, Guide guide, int edge, int upstream) throws Exception {
        Path own = Files.createDirectories(folder.resolve(name()));
        Path pem = Tls.pemWithKeyIn(own);
        Guide local = guide.with("127.0.0.1:8080", "127.0.0.1:" + upstream)
                .with("/etc/" + name().toLowerCase(Locale.ROOT) + "/events.example.pem", pem);
        return this == NGINX
                ? ReverseProxy.nginx(
                        own,
                        edge,
                        local.with("/etc/nginx/events.example.key", pem)
                                .with("listen 443", "listen 127.0.0.1:" + edge)
                                .text())
                : ReverseProxy.haproxy(
                        own,
                        edge,
                        local.with("bind :443", "bind 127.0.0.1:" + edge).text());
    }
}
