// Vite types, and nothing else.
/// <reference types="vite/client" />
