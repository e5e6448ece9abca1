package dev.freshet.examples.load.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GzipMemberTest {

    private final ByteArrayOutputStream wire = new ByteArrayOutputStream();
    private final StringBuilder text = new StringBuilder();
    private final GzipMember member = new GzipMember(new byte[16]);
    private GZIPOutputStream gzip;

    @BeforeEach
    void begin() throws IOException {
        gzip = new GZIPOutputStream(wire, true);
    }

    @AfterEach
    void close() {
        member.close();
    }

    @Test
    void aPieceIsDecodedBeforeTheNextIsThere() throws Exception {
        for (String event : new String[] {"data: a\n\n", "data: b, longer than the space to decode to\n\n"}) {
            write(event);

            assertThat(decode(taken())).isEqualTo(event.length());
            assertThat(text).endsWith(event);
        }
        assertThat(member.isWhole()).isFalse();
    }

    @Test
    void bytesOneByOneAreDecodedAndTheTrailerIsChecked() throws Exception {
        write("data: a\n\n");
        gzip.finish();
        for (byte one : taken()) {
            decode(one);
        }
        assertThat(text).hasToString("data: a\n\n");
        assertThat(member.isWhole()).isTrue();
    }

    @Test
    void anEmptyMemberIsWhole() throws Exception {
        gzip.finish();

        decode(taken());

        assertThat(member.isWhole()).isTrue();
        assertThat(text).isEmpty();
    }

    @Test
    void aWrongTrailerIsRefused() throws Exception {
        write("data: a\n\n");
        gzip.finish();
        byte[] bytes = taken();
        bytes[bytes.length - 8]++;

        assertThatThrownBy(() -> decode(bytes))
                .isInstanceOf(DataFormatException.class)
                .hasMessage("the trailer of gzip is not that of the bytes before it");
    }

    @Test
    void aSecondMemberIsRefused() throws Exception {
        write("data: a\n\n");
        gzip.finish();
        byte[] bytes = taken();
        byte[] twice = Arrays.copyOf(bytes, 2 * bytes.length);
        System.arraycopy(bytes, 0, twice, bytes.length, bytes.length);

        assertThatThrownBy(() -> decode(twice))
                .isInstanceOf(DataFormatException.class)
                .hasMessageStartingWith("bytes after the trailer");
        assertThat(text).hasToString("data: a\n\n");
    }

    @Test
    void whatIsNoGzipIsRefused() {
        assertThatThrownBy(() -> decode("data: a\n\n!".getBytes(StandardCharsets.US_ASCII)))
                .isInstanceOf(DataFormatException.class)
                .hasMessage("no header of gzip");
    }

    private void write(String event) throws IOException {
        gzip.write(event.getBytes(StandardCharsets.US_ASCII));
        gzip.flush();
    }

    private byte[] taken() {
        byte[] bytes = wire.toByteArray();
        wire.reset();
        return bytes;
    }

    private int decode(byte... bytes) throws DataFormatException {
        return member.decode(Unpooled.wrappedBuffer(bytes), this::append);
    }

    private void append(ByteBuf piece) {
        text.append(piece.toString(StandardCharsets.US_ASCII));
    }
}
