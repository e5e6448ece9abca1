package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** A client's decoder of one member of gzip, piece by piece: it has decoded all that was sent. */
final class GzipMember {
    private static final int HEADER_BYTES = 10;
    private static final int TRAILER_BYTES = 8;

    private final Inflater inflater = new Inflater(true);
    private final ByteArrayOutputStream decoded = new ByteArrayOutputStream();
    private final CRC32 crc = new CRC32();
    private final ByteArrayOutputStream header = new ByteArrayOutputStream();
    private final ByteArrayOutputStream trailer = new ByteArrayOutputStream();
    private long wireBytes;

    /** Takes over the buffer. */
    void receive(ByteBuf piece) throws DataFormatException {
        byte[] bytes = ByteBufUtil.getBytes(piece);
        piece.release();
        receive(bytes);
    }

    void receive(byte[] bytes) throws DataFormatException {
        wireBytes += bytes.length;
        int inHeader = Math.min(HEADER_BYTES - header.size(), bytes.length);
        header.write(bytes, 0, inHeader);
        inflater.setInput(bytes, inHeader, bytes.length - inHeader);
        byte[] out = new byte[8 << 10];
        for (int length = inflater.inflate(out); length > 0; length = inflater.inflate(out)) {
            decoded.write(out, 0, length);
            crc.update(out, 0, length);
        }
        if (inflater.finished()) {
            trailer.write(bytes, bytes.length - inflater.getRemaining(), inflater.getRemaining());
        }
    }

    /** Returns all that is decoded, and forgets it. */
    String take() {
        String text = decoded.toString(java.nio.charset.StandardCharsets.UTF_8);
        decoded.reset();
        return text;
    }

    long wireBytes() {
        return wireBytes;
    }

    /** The member has ended, with the check sum and the length of what was decoded. */
    void assertWhole() {
        assertThat(Arrays.copyOf(header.toByteArray(), 4)).containsExactly(0x1f, 0x8b, 8, 0);
        assertThat(inflater.finished()).as("the last block").isTrue();
        assertThat(trailer.size()).isEqualTo(TRAILER_BYTES);
        ByteBuffer sums = ByteBuffer.wrap(trailer.toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(sums.getInt()).as("the check sum").isEqualTo((int) crc.getValue());
        assertThat(sums.getInt()).as("the length").isEqualTo((int) inflater.getBytesWritten());
        inflater.end();
    }
}
