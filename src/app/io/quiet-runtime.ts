/**
 * To be imported before the runtime of the models, and before a thread that loads it. By itself the runtime gives each
 * machine an identity, keeps a diary in the user's cache folder and sends it home; nothing of a musician's leaves here.
 * It looks at the environment of the process when it is loaded, and a thread cannot change that.
 */
process.env['ORT_DISABLE_TELEMETRY'] = '1';
