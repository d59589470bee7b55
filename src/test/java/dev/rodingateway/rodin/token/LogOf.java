package dev.rodingateway.rodin.token;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jboss.logmanager.formatters.PatternFormatter;

/** What a class logs while this is open, as {@code LEVEL message and stack trace}. */
public final class LogOf extends Handler {

    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final Logger logger;
    private final Level level;

    public LogOf(Class<?> type) {
        setFormatter(new PatternFormatter("%p %s%E"));
        this.logger = Logger.getLogger(type.getName());
        this.level = logger.getLevel();
        logger.setLevel(Level.ALL);
        logger.addHandler(this);
    }

    public List<String> lines() {
        return lines;
    }

    @Override
    public void publish(LogRecord message) {
        lines.add(getFormatter().format(message));
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        logger.removeHandler(this);
        logger.setLevel(level);
    }
}
