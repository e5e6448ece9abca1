package dev.freshet.netty;

import static dev.freshet.netty.Pipelines.exchange;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.hub.SseHub;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@link SseHandler} behind somebody else's {@link SslHandler}. */
class SseHandlerTlsPipelineTest {
    private static final char[] PASSWORD = "changeit".toCharArray();

    @TempDir
    private Path folder;

    private KeyManagerFactory keys() throws Exception {
        Path store = folder.resolve("keys.p12");
        String keytool =
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        Process made = new ProcessBuilder(
                        keytool,
                        "-genkeypair",
                        "-alias",
                        "a",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=localhost",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        new String(PASSWORD))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(made.waitFor()).isZero();
        KeyStore loaded = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            loaded.load(in, PASSWORD);
        }
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(loaded, PASSWORD);
        return factory;
    }

    @Test
    void theStreamIsEncryptedAndTheSslHandlerStays() throws Exception {
        try (SseHub hub = SseHub.create()) {
            SslHandler tls = SslContextBuilder.forServer(keys())
                    .sslProvider(SslProvider.JDK)
                    .build()
                    .newHandler(Unpooled.buffer().alloc());
            EmbeddedChannel server = new EmbeddedChannel(
                    tls,
                    new HttpServerCodec(),
                    SseHandler.builder()
                            .endpoint("/events", request -> SseReply.subscribe(hub, "t"))
                            .build());
            EmbeddedChannel client = new EmbeddedChannel(SslContextBuilder.forClient()
                    .sslProvider(SslProvider.JDK)
                    .trustManager(InsecureTrustManagerFactory.INSTANCE)
                    .build()
                    .newHandler(Unpooled.buffer().alloc()));
            exchange(client, server);
            client.writeOutbound(Unpooled.copiedBuffer(Pipelines.get("/events"), StandardCharsets.US_ASCII));
            assertThat(exchange(client, server))
                    .startsWith("HTTP/1.1 200 OK\r\n")
                    .contains("{\"resume\":\"fresh\"}");
            hub.publish("t", Pipelines.event("a"));
            assertThat(exchange(client, server))
                    .startsWith(
                            Integer.toHexString(("data: a\nid: " + hub.latest() + "\n\n").length()) + "\r\ndata: a\n");
            assertThat(server.pipeline().toMap().values()).hasSize(2).contains(tls);
            server.close();
            assertThat(exchange(client, server)).isEmpty();
            server.finishAndReleaseAll();
            client.finishAndReleaseAll();
        }
    }
}
