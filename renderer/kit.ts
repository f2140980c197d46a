/** The components of Nuxt UI that the workbench uses, in one place. */
export { default as UApp } from '@nuxt/ui/components/App.vue';
export { default as UBadge } from '@nuxt/ui/components/Badge.vue';
export { default as UButton } from '@nuxt/ui/components/Button.vue';
export { default as UCheckbox } from '@nuxt/ui/components/Checkbox.vue';
export { default as UDropdownMenu } from '@nuxt/ui/components/DropdownMenu.vue';
export { default as UIcon } from '@nuxt/ui/components/Icon.vue';
export { default as UInput } from '@nuxt/ui/components/Input.vue';
export { default as UModal } from '@nuxt/ui/components/Modal.vue';
export { default as UPopover } from '@nuxt/ui/components/Popover.vue';
export { default as USwitch } from '@nuxt/ui/components/Switch.vue';
export { default as UTabs } from '@nuxt/ui/components/Tabs.vue';
export { default as UTextarea } from '@nuxt/ui/components/Textarea.vue';
export { default as UTooltip } from '@nuxt/ui/components/Tooltip.vue';
