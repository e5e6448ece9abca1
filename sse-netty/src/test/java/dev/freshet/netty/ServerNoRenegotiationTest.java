package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.SslProvider;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A client of TLS 1.2 shakes hands once, whatever provider the server's context has. */
class ServerNoRenegotiationTest extends ServerFixture {
    private SseServer serve(SslProvider provider) throws Exception {
        return start(local().tls(Tls.server(provider))
                .heartbeat(Duration.ofHours(1)) // or a connection that goes on is never quiet
                .endpoint("/events", request -> SseReply.subscribe(hub, "t")));
    }

    private static Socket connect(SseServer server) throws Exception {
        Socket socket = new Socket("127.0.0.1", server.address().getPort());
        socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS) / 5);
        return socket;
    }

    /** What ends TLS does not end the connection. */
    private static SSLSocket shakeHands(Socket connection, String protocol) throws Exception {
        SSLSocket socket = (SSLSocket)
                Tls.trusting().getSocketFactory().createSocket(connection, "localhost", connection.getPort(), false);
        socket.setEnabledProtocols(new String[] {protocol});
        socket.startHandshake();
        return socket;
    }

    private static void ask(SSLSocket socket, String path) throws IOException {
        socket.getOutputStream()
                .write(("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        assertThat(new String(socket.getInputStream().readNBytes(9), StandardCharsets.US_ASCII))
                .isEqualTo("HTTP/1.1 ");
    }

    /** In whatever way, but not for the patience of either. */
    private static void assertEnds(Socket connection) throws IOException {
        try {
            connection.getInputStream().skipNBytes(1 << 20);
        } catch (EOFException | SocketException e) {
            return;
        }
        throw new AssertionError("the connection goes on");
    }

    @ParameterizedTest
    @CsvSource({"JDK, ", "JDK, /nothing", "JDK, /events", "OPENSSL, ", "OPENSSL, /nothing", "OPENSSL, /events"})
    void anotherHandshakeEndsTheConnection(SslProvider provider, @Nullable String path) throws Exception {
        SseServer server = serve(provider);
        try (Socket connection = connect(server);
                SSLSocket socket = shakeHands(connection, "TLSv1.2")) {
            if (path != null) {
                ask(socket, path);
            }
            assertThatExceptionOfType(IOException.class).isThrownBy(() -> {
                socket.startHandshake();
                socket.getInputStream().skipNBytes(1 << 20); // what comes of the handshake is read with the rest
            });
            assertEnds(connection);
        }
        server.close();
        assertThat(server.stats().peerFaults()).isPositive();
    }

    private static byte[] record(int type, int bytes) {
        byte[] record = new byte[5 + bytes];
        Arrays.fill(record, (byte) 22); // as the type of a handshake
        ByteBuffer.wrap(record).put((byte) type).putShort((short) 0x303).putShort((short) bytes);
        return record;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 7, 300, 1000})
    void recordsAreToldApartHoweverTheyArrive(int piece) {
        ServerNoRenegotiation records = new ServerNoRenegotiation(new Faults(error -> {}));
        EmbeddedChannel channel = new EmbeddedChannel(records);
        channel.writeInbound(Unpooled.wrappedBuffer(
                record(22, 300), record(20, 1), record(22, 40), record(23, 22), new byte[] {23}));
        records.handshakeDone(); // in the middle of a head
        for (ByteBuf told = channel.readInbound(); told != null; told = channel.readInbound()) {
            told.release(); // record by record
        }
        byte[] rest = Arrays.copyOfRange(record(23, 0x1616), 1, 0x1616 + 5);
        ByteBuf bytes = Unpooled.wrappedBuffer(rest, record(23, 0), record(21, 2), record(23, 257));
        while (bytes.isReadable()) {
            channel.writeInbound(bytes.readBytes(Math.min(piece, bytes.readableBytes())));
            channel.<ByteBuf>readInbound().release();
        }
        bytes.release();
        assertThat(channel.isActive()).isTrue();
        channel.writeInbound(Unpooled.wrappedBuffer(record(22, 300)));
        assertThat(channel.isActive()).isFalse();
        assertThat(channel.finish()).isFalse();
    }

    /** The client has the keys before the server has its last word. */
    @Test
    void anotherHandshakeIsNotBegunThatComesWithTheEndOfTheFirst() {
        ServerNoRenegotiation records = new ServerNoRenegotiation(new Faults(error -> {}));
        List<Integer> told = new ArrayList<>();
        EmbeddedChannel channel = new EmbeddedChannel(records, new SimpleChannelInboundHandler<ByteBuf>() {
            @Override
            protected void channelRead0(ChannelHandlerContext ctx, ByteBuf bytes) {
                told.add(bytes.readableBytes());
                if (told.size() == 3) {
                    records.handshakeDone();
                }
            }
        });
        channel.writeInbound(Unpooled.wrappedBuffer(record(22, 300), record(20, 1), record(22, 40), record(22, 200)));
        assertThat(told).containsExactly(305, 6, 45);
        assertThat(channel.isActive()).isFalse();
        assertThat(channel.finish()).isFalse();
    }

    @Test
    void aFirstRecordInTheFormOfSsl2IsTaken() {
        ServerNoRenegotiation records = new ServerNoRenegotiation(new Faults(error -> {}));
        EmbeddedChannel channel = new EmbeddedChannel(records);
        byte[] hello = new byte[2 + 0x116]; // of which the last byte of the length is as the type of a handshake
        hello[0] = (byte) 0x81;
        hello[1] = 0x16;
        channel.writeInbound(Unpooled.wrappedBuffer(hello, record(22, 40)));
        records.handshakeDone();
        channel.writeInbound(Unpooled.wrappedBuffer(record(23, 22)));
        assertThat(channel.isActive()).isTrue();
        channel.writeInbound(Unpooled.wrappedBuffer(record(22, 40)));
        assertThat(channel.isActive()).isFalse();
        channel.finishAndReleaseAll();
    }

    @ParameterizedTest
    @EnumSource(names = {"JDK", "OPENSSL"})
    void newKeysOfTls13DoNot(SslProvider provider) throws Exception {
        SseServer server = serve(provider);
        try (Socket connection = connect(server);
                SSLSocket socket = shakeHands(connection, "TLSv1.3")) {
            ask(socket, "/nothing");
            socket.startHandshake(); // asks for new keys
            socket.getInputStream().skipNBytes(1);
        }
    }
}
