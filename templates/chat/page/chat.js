// The page's script, which `npm run build` bundles.
import 'tidings/chat-element'
