package dev.freshet.netty.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import java.nio.ByteBuffer;

/**
 * The codec of a connection: keys and field names are strings, values are bytes. A name of one ASCII letter, as all
 * fields of an entry have, is taken from a table instead of being decoded each time.
 */
final class FieldCodec implements RedisCodec<String, byte[]> {
    private static final String[] ASCII = new String[128];

    static {
        for (char c = 0; c < ASCII.length; c++) {
            ASCII[c] = String.valueOf(c);
        }
    }

    @Override
    public String decodeKey(ByteBuffer bytes) {
        if (bytes.remaining() == 1) {
            byte only = bytes.get(bytes.position());
            if (only >= 0) {
                return ASCII[only];
            }
        }
        return UTF_8.decode(bytes).toString();
    }

    @Override
    public byte[] decodeValue(ByteBuffer bytes) {
        return ByteArrayCodec.INSTANCE.decodeValue(bytes);
    }

    @Override
    public ByteBuffer encodeKey(String key) {
        return UTF_8.encode(key);
    }

    @Override
    public ByteBuffer encodeValue(byte[] value) {
        return ByteBuffer.wrap(value);
    }
}
