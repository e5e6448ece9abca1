package dev.freshet.store;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The failure of an operation of an {@link EventStore}, which says whether its outcome is known. Immutable and thread-safe. */
public class EventStoreException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final boolean isNotKept;

    /**
     * Creates the failure of an operation.
     *
     * @param message what has failed and why; it is logged without the name of this class
     * @param isNotKept whether the operation has certainly kept nothing, and will not; false if that is not known
     */
    public EventStoreException(String message, @Nullable Throwable cause, boolean isNotKept) {
        super(Objects.requireNonNull(message, "message"), cause);
        this.isNotKept = isNotKept;
    }

    /** Returns whether the operation has certainly kept nothing, and will not; false if that is not known. */
    public final boolean isNotKept() {
        return isNotKept;
    }
}
