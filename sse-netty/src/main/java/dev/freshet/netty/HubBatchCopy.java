package dev.freshet.netty;

import dev.freshet.log.Batch;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A batch of the log, copied for the streams of one event loop. Called on the loop. */
final class HubBatchCopy extends HubCopy {
    final Batch batch;

    /** The copy behind this one in the latest run of {@link HubBatchCopies}, which sets it. */
    @Nullable
    HubBatchCopy next;

    /** The batch as a unit of each {@link HubSharedDeflate} that has one. */
    private final List<HubDeflateUnit> units = new ArrayList<>(0);

    HubBatchCopy(Batch batch, Consumer<ByteBuf> owner) {
        super(batch.bytes(), owner);
        this.batch = batch;
    }

    /** Returns the unit of a shared stream, or null. */
    @Nullable
    HubDeflateUnit unit(HubSharedDeflate stream) {
        for (int i = 0; i < units.size(); i++) {
            if (units.get(i).stream() == stream) {
                return units.get(i);
            }
        }
        return null;
    }

    void add(HubDeflateUnit unit) {
        units.add(unit);
    }
}
