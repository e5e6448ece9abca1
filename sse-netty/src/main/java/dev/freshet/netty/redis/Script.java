package dev.freshet.netty.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lettuce.core.ScriptOutputType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/** A Lua script that Redis runs. Immutable and thread-safe. */
final class Script {
    static final Script APPEND = new Script("#!lua", "append.lua");
    /** The check, which may write a marker. A marker is small, and is written even if Redis is out of memory. */
    static final Script CHECK = new Script("#!lua flags=allow-oom\nlocal READ_ONLY = false", "check.lua");
    /** The check without writes, for a Redis that accepts none; a replica runs it, too. */
    static final Script READ_ONLY_CHECK = new Script("#!lua flags=no-writes\nlocal READ_ONLY = true", "check.lua");

    private final byte[] text;
    private final String digest;

    private Script(String head, String resource) {
        this.text = (head + "\n" + read("stream.lua") + read(resource)).getBytes(UTF_8);
        this.digest = sha1(text);
    }

    /** Runs the script and waits for the reply. Sends the text if the server does not have the script. */
    List<String> run(Link link, String[] keys, byte[][] arguments) {
        try {
            return text(link.await(send(link, keys, arguments)));
        } catch (RedisStoreException e) {
            if (!Failures.isOfUnknownScript(e)) {
                throw e;
            }
            return text(link.await(sendText(link, keys, arguments)));
        }
    }

    /** Sends the digest of the script. The reply is a failure if the server does not have the script. */
    CompletableFuture<List<byte[]>> send(Link link, String[] keys, byte[][] arguments) {
        return link.send(commands -> commands.evalsha(digest, ScriptOutputType.MULTI, keys, arguments));
    }

    /** Sends the text of the script, which the server then keeps. */
    CompletableFuture<List<byte[]>> sendText(Link link, String[] keys, byte[][] arguments) {
        return link.send(commands -> commands.eval(text, ScriptOutputType.MULTI, keys, arguments));
    }

    /** Returns a reply as text. */
    static List<String> text(List<byte[]> reply) {
        return reply.stream().map(bytes -> new String(bytes, UTF_8)).toList();
    }

    private static String read(String resource) {
        try (InputStream in = Objects.requireNonNull(Script.class.getResourceAsStream(resource), resource)) {
            return new String(in.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String sha1(byte[] text) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(text));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JDK has it
        }
    }
}
