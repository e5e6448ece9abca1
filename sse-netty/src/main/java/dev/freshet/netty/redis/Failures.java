package dev.freshet.netty.redis;

import dev.freshet.netty.redis.RedisStoreException.Outcome;
import io.lettuce.core.RedisBusyException;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisLoadingException;
import io.lettuce.core.RedisNoScriptException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** The meaning of the failures of Lettuce and of the errors of Redis. */
final class Failures {
    /** The errors of Redis that reject a command, by their first word, with their meaning. */
    private static final Map<String, String> REFUSALS = Map.of(
            "WRONGPASS", "the user or the password is wrong",
            "NOAUTH", "a password is needed",
            "NOPERM", "the user lacks a permission",
            "WRONGTYPE", "the key holds something else than a stream",
            "OOM", "Redis is out of memory",
            "NOREPLICAS", "too few replicas are there",
            "MISCONF", "Redis cannot write to its disk",
            "SEQUENCE", "the stream gave out its ids");

    /** The errors of a master that accepts reads, but currently no writes. */
    private static final Set<String> OF_WRITES = Set.of("NOREPLICAS", "MISCONF");

    /** The errors that reject every script that may write, so that a successful check shows that they are over. */
    private static final Set<String> OF_SCRIPTS = Set.of("WRONGPASS", "NOAUTH", "WRONGTYPE", "NOREPLICAS", "MISCONF");

    /** The error of a Redis that has too many connections. Redis closes the connection after it. */
    private static final String TOO_MANY_CLIENTS = "max number of clients reached";

    private static final String CLOSED_AT_ONCE = "Connection closed before the handshake";

    /** The texts of Netty, of Lettuce and of the operating system for a connection that the peer has closed. */
    private static final Pattern CLOSED =
            Pattern.compile("error\\(-104\\)|Connection reset|[Cc]losed|disconnected|not connected");

    /** The texts of Lettuce for a command that it has not sent, because the connection was already closed. */
    private static final Pattern UNSENT = Pattern.compile("Connection is closed|Currently not connected\\. .*");

    /** The failures of connection attempts that no server accepted, or that TLS rejected. */
    private static final List<Class<? extends IOException>> UNREACHABLE = List.of(
            ConnectException.class,
            NoRouteToHostException.class,
            UnknownHostException.class,
            SSLException.class,
            FileNotFoundException.class);

    /** The errors that end after some time, or do not occur on another server. */
    private static final Set<String> TRANSIENT = Set.of(
            "LOADING",
            "BUSY",
            "READONLY",
            "MASTERDOWN",
            "CLUSTERDOWN",
            "MOVED",
            "ASK", // while the slot moves, its keys cannot be used together
            "TRYAGAIN",
            "UNBLOCKED",
            "NOSCRIPT");

    private Failures() {}

    /**
     * Returns the exception for the failure of a command, or of a connection attempt.
     *
     * @param where the address, for the message
     * @param sent whether Redis may have executed the command if it has not replied
     */
    static RedisStoreException of(String where, Throwable failure, boolean sent) {
        RedisCommandExecutionException error = errorReply(failure);
        if (error == null) {
            Throwable root = root(failure);
            String what = isWithoutHandshake(root) ? CLOSED_AT_ONCE : text(root);
            boolean mayBeDone = sent
                    && !(root instanceof RedisException
                            && UNSENT.matcher(text(root)).matches());
            return new RedisStoreException(
                    mayBeDone ? Outcome.UNKNOWN : Outcome.NOT_DONE, where + ": " + what, failure);
        }
        String text = String.valueOf(error.getMessage());
        String word = word(text);
        boolean isTransient = TRANSIENT.contains(word)
                || text.contains(TOO_MANY_CLIENTS)
                || error instanceof RedisLoadingException
                || error instanceof RedisBusyException;
        String meaning = word.equals("READONLY") ? "it is a replica" : REFUSALS.get(word);
        String message = where + ": " + (meaning == null ? "" : meaning + ": ") + text;
        return new RedisStoreException(isTransient ? Outcome.NOT_DONE : Outcome.REFUSED, message, error);
    }

    /** Returns whether Redis currently has too many connections. */
    static boolean isOfClients(RedisStoreException failure) {
        return String.valueOf(failure.getMessage()).contains(TOO_MANY_CLIENTS);
    }

    /**
     * Returns whether a connection was accepted, and closed or reset before a reply. A Redis with too many connections
     * may do so, too: its error is lost when it resets the connection.
     */
    static boolean isClosedUnanswered(RedisStoreException failure) {
        Throwable root = root(failure);
        return errorReply(failure) == null
                && (isWithoutHandshake(root)
                        || root instanceof IOException && UNREACHABLE.stream().noneMatch(type -> type.isInstance(root))
                        || !(root instanceof UnknownHostException)
                                && CLOSED.matcher(text(root)).find());
    }

    /** Returns whether Lettuce found no handshake on a new connection, because that was already closed. */
    private static boolean isWithoutHandshake(Throwable root) {
        return root instanceof IllegalStateException && text(root).contains("Handshake");
    }

    /** Returns whether Redis currently accepts reads, but no writes. */
    static boolean isOfWrites(RedisStoreException failure) {
        return OF_WRITES.contains(word(failure));
    }

    /**
     * Returns whether Redis would reject every other batch, too. Called for failures by which Redis rejected a batch.
     */
    static boolean isOfAll(RedisStoreException failure) {
        return REFUSALS.containsKey(word(failure));
    }

    /** Returns whether Redis rejected an append in a way that a successful check does not show to be over. */
    static boolean isOfAppends(RedisStoreException failure) {
        return failure.outcome() == Outcome.REFUSED && !OF_SCRIPTS.contains(word(failure));
    }

    /** Returns whether a batch may have been appended though it failed: an unknown error may come after the append. */
    static boolean mayBeAppended(RedisStoreException failure) {
        return failure.outcome() == Outcome.REFUSED ? !isOfAll(failure) : failure.outcome() == Outcome.UNKNOWN;
    }

    /** Returns whether Redis does not have a script, whose text is then sent. */
    static boolean isOfUnknownScript(RedisStoreException failure) {
        return failure.getCause() instanceof RedisNoScriptException;
    }

    private static String word(RedisStoreException failure) {
        RedisCommandExecutionException error = errorReply(failure);
        return error == null ? "" : word(String.valueOf(error.getMessage()));
    }

    private static String word(String text) {
        if (text.contains("ACL failure in script") // 7.2 and later
                || text.contains("can't run this command")
                || text.contains("can't access at least one of the keys")) {
            return "NOPERM"; // the same error inside of a script
        }
        return text.split(" ", 2)[0];
    }

    private static Throwable root(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }

    private static String text(Throwable failure) {
        return failure.getMessage() == null ? failure.toString() : failure.getMessage();
    }

    private static @Nullable RedisCommandExecutionException errorReply(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof RedisCommandExecutionException error) {
                return error;
            }
        }
        return null;
    }
}
