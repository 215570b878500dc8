// Every type of event of the pinned clients: what is lifted, and what is ignored on purpose.

/** The events of OpenAI responses. */
export const responses = {
  lifted: [
    'error',
    'response.completed',
    'response.created',
    'response.custom_tool_call_input.delta',
    'response.custom_tool_call_input.done',
    'response.failed',
    'response.function_call_arguments.delta',
    'response.function_call_arguments.done',
    'response.in_progress',
    'response.incomplete',
    'response.mcp_call_arguments.delta',
    'response.mcp_call_arguments.done',
    'response.output_item.added',
    'response.output_item.done',
    'response.output_text.annotation.added',
    'response.output_text.delta',
    'response.output_text.done',
    'response.queued',
    'response.reasoning_summary_text.delta',
    'response.reasoning_summary_text.done',
    'response.reasoning_text.delta',
    'response.reasoning_text.done',
    'response.refusal.delta',
    'response.refusal.done',
  ],
  ignored: [
    // What they say stands in the events of the text, or of the item.
    'response.content_part.added',
    'response.content_part.done',
    'response.reasoning_summary_part.added',
    'response.reasoning_summary_part.done',
    // How far a hosted tool has come; its item says what came of it.
    'response.code_interpreter_call.completed',
    'response.code_interpreter_call.in_progress',
    'response.code_interpreter_call.interpreting',
    'response.code_interpreter_call_code.delta',
    'response.code_interpreter_call_code.done',
    'response.file_search_call.completed',
    'response.file_search_call.in_progress',
    'response.file_search_call.searching',
    'response.image_generation_call.completed',
    'response.image_generation_call.generating',
    'response.image_generation_call.in_progress',
    'response.image_generation_call.partial_image',
    'response.mcp_call.completed',
    'response.mcp_call.failed',
    'response.mcp_call.in_progress',
    'response.mcp_list_tools.completed',
    'response.mcp_list_tools.failed',
    'response.mcp_list_tools.in_progress',
    'response.shell_call_command.added',
    'response.shell_call_command.delta',
    'response.shell_call_command.done',
    'response.shell_call_output_content.delta',
    'response.shell_call_output_content.done',
    'response.web_search_call.completed',
    'response.web_search_call.in_progress',
    'response.web_search_call.searching',
    // A chat has no place for sound, nor for the inner life of a conversation.
    'response.audio.delta',
    'response.audio.done',
    'response.audio.transcript.delta',
    'response.audio.transcript.done',
    'response.compaction.compacting',
  ],
} as const

/** The items of OpenAI responses. */
export const responseItems = {
  lifted: [
    'apply_patch_call',
    'apply_patch_call_output',
    'code_interpreter_call',
    'computer_call',
    'computer_call_output',
    'custom_tool_call',
    'custom_tool_call_output',
    'file_search_call',
    'function_call',
    'function_call_output',
    'image_generation_call',
    'local_shell_call',
    'local_shell_call_output',
    'mcp_approval_request',
    'mcp_call',
    'message',
    'reasoning',
    'shell_call',
    'shell_call_output',
    'web_search_call',
  ],
  ignored: [
    // The word of a person: the application knows it.
    'mcp_approval_response',
    // What tools there are, and the inner life of a conversation.
    'additional_tools',
    'compaction',
    'mcp_list_tools',
    'program',
    'program_output',
    'tool_search_call',
    'tool_search_output',
  ],
} as const

/** The events of Anthropic. */
export const anthropic = {
  lifted: [
    'content_block_delta',
    'content_block_start',
    'content_block_stop',
    'message_delta',
    'message_start',
    'message_stop',
  ],
  ignored: [],
} as const

/** The blocks of Anthropic, those of its betas as well. */
export const anthropicBlocks = {
  lifted: [
    'advisor_tool_result',
    'bash_code_execution_tool_result',
    'code_execution_tool_result',
    'mcp_tool_result',
    'mcp_tool_use',
    'redacted_thinking',
    'server_tool_use',
    'text',
    'text_editor_code_execution_tool_result',
    'thinking',
    'tool_search_tool_result',
    'tool_use',
    'web_fetch_tool_result',
    'web_search_tool_result',
  ],
  ignored: ['compaction', 'container_upload', 'fallback', 'mcp_tool_listing'],
} as const

/** The deltas of Anthropic's blocks. */
export const anthropicDeltas = {
  lifted: ['citations_delta', 'input_json_delta', 'signature_delta', 'text_delta', 'thinking_delta'],
  ignored: ['compaction_delta'],
} as const

/** The UI message chunks of `ai`. */
export const uiChunks = {
  lifted: [
    'abort',
    'custom',
    'data-${string}',
    'error',
    'file',
    'finish',
    'finish-step',
    'message-metadata',
    'reasoning-delta',
    'reasoning-end',
    'reasoning-file',
    'reasoning-start',
    'reset-step',
    'source-document',
    'source-url',
    'start',
    'start-step',
    'steering-message',
    'text-delta',
    'text-end',
    'text-start',
    'tool-approval-request',
    'tool-approval-response',
    'tool-input-available',
    'tool-input-delta',
    'tool-input-error',
    'tool-input-start',
    'tool-output-available',
    'tool-output-denied',
    'tool-output-error',
  ],
  ignored: [],
} as const

/** The parts of `streamText`. */
export const streamParts = {
  lifted: [
    'abort',
    'custom',
    'error',
    'file',
    'finish',
    'finish-step',
    'reasoning-delta',
    'reasoning-end',
    'reasoning-file',
    'reasoning-start',
    'source',
    'start',
    'start-step',
    'steering-message',
    'text-delta',
    'text-end',
    'text-start',
    'tool-approval-request',
    'tool-approval-response',
    'tool-call',
    'tool-error',
    'tool-input-delta',
    'tool-input-start',
    'tool-output-denied',
    'tool-result',
  ],
  ignored: ['ping', 'raw', 'tool-input-end'],
} as const

/** The events of AG-UI. */
export const agUi = {
  lifted: [
    'ACTIVITY_DELTA',
    'ACTIVITY_SNAPSHOT',
    'CUSTOM',
    'RAW',
    'REASONING_ENCRYPTED_VALUE',
    'REASONING_END',
    'REASONING_MESSAGE_CHUNK',
    'REASONING_MESSAGE_CONTENT',
    'REASONING_MESSAGE_END',
    'REASONING_MESSAGE_START',
    'RUN_ERROR',
    'RUN_FINISHED',
    'STATE_DELTA',
    'STATE_SNAPSHOT',
    'STEP_FINISHED',
    'STEP_STARTED',
    'SUBAGENT_ERROR',
    'SUBAGENT_FINISHED',
    'SUBAGENT_STARTED',
    'TEXT_MESSAGE_CHUNK',
    'TEXT_MESSAGE_CONTENT',
    'TEXT_MESSAGE_END',
    'TEXT_MESSAGE_START',
    'TOOL_CALL_ARGS',
    'TOOL_CALL_CHUNK',
    'TOOL_CALL_END',
    'TOOL_CALL_RESULT',
    'TOOL_CALL_START',
  ],
  // The history, which the request had, and what the run knows of itself.
  ignored: ['MESSAGES_SNAPSHOT', 'REASONING_START', 'RUN_STARTED'],
} as const

/** The reasons of OpenAI chat. */
export const chatReasons = {
  lifted: ['content_filter', 'function_call', 'length', 'stop', 'tool_calls'],
  ignored: [],
} as const

/** The reasons of Anthropic. */
export const anthropicReasons = {
  lifted: [
    'end_turn',
    'max_tokens',
    'model_context_window_exceeded',
    'pause_turn',
    'refusal',
    'stop_sequence',
    'tool_use',
  ],
  ignored: [],
} as const
