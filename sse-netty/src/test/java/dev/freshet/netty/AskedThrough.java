package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/** The ways in which a request comes to an endpoint, and its answer goes. */
enum AskedThrough {
    HTTP_1,
    HTTP_2,
    /** A pipeline of somebody else, over HTTP/1.1. */
    PIPELINE;

    /** What is answered to one request. */
    record Answer(int status, String head, String body) {
        /** The field lines of a name in lower case, without it. */
        List<String> header(String name) {
            return head.lines()
                    .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ": "))
                    .map(line -> line.substring(name.length() + 2))
                    .toList();
        }
    }

    /** The answer to a request without a body, as far as it came: a stream's opening. */
    Answer ask(ServerFixture tests, Consumer<HandlerOptions<?>> options, String method, String path, String... headers)
            throws Exception {
        if (this == PIPELINE) {
            SseHandler.Builder builder = SseHandler.builder();
            options.accept(builder);
            EmbeddedChannel channel = Pipelines.channel(new HttpServerCodec(), builder.build());
            Pipelines.send(channel, Pipelines.get(path, headers).replaceFirst("GET", method));
            channel.runPendingTasks();
            ByteArrayOutputStream sent = new ByteArrayOutputStream();
            for (ByteBuf bytes = channel.readOutbound(); bytes != null; bytes = channel.readOutbound()) {
                sent.write(ByteBufUtil.getBytes(bytes));
                bytes.release();
            }
            channel.finishAndReleaseAll();
            return parsed(sent.toByteArray());
        }
        SseServer.Builder builder = ServerFixture.local();
        options.accept(builder);
        SseServer server = tests.start(builder);
        if (this == HTTP_2) {
            try (Http2Client client = Http2Client.connect(server)) {
                Http2Client.Stream stream = client.request(method, path, true, headers);
                Http2Headers head = stream.head();
                StringBuilder lines = new StringBuilder();
                head.forEach(field -> lines.append(field.getKey())
                        .append(": ")
                        .append(field.getValue())
                        .append("\n"));
                server.close();
                return new Answer(Integer.parseInt(String.valueOf(head.status())), lines.toString(), stream.body());
            }
        }
        try (var client = tests.client(server)) {
            client.send(Pipelines.get(path, headers).replaceFirst("GET", method));
            ByteArrayOutputStream sent = new ByteArrayOutputStream();
            while (!sent.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
                sent.write(client.readBytes(1));
            }
            server.close(); // so that a stream ends, too
            sent.write(client.readToEnd());
            return parsed(sent.toByteArray());
        }
    }

    private static Answer parsed(byte[] sent) {
        String text = new String(sent, StandardCharsets.ISO_8859_1);
        int end = text.indexOf("\r\n\r\n");
        assertThat(end).as(text).isPositive();
        return new Answer(
                Integer.parseInt(text.substring(9, 12)),
                text.substring(0, end),
                new String(text.substring(end + 4).getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8));
    }
}
